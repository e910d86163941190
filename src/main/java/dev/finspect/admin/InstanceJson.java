package dev.finspect.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes an instance as JSON: one flat object that contains the routes. Unknown members are ignored. */
final class InstanceJson {
    private static final JsonFactory JSON = new JsonFactory();

    private InstanceJson() {}

    static byte[] write(Instance instance) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("pid", instance.pid());
            json.writeStringField("process_mark", instance.processMark());
            json.writeStringField("version", instance.version());
            json.writeStringField("started_at", instance.startedAt().toString());
            InetSocketAddress admin = instance.admin();
            if (admin != null) {
                json.writeFieldName("admin");
                write(json, admin);
            }
            json.writeStringField("token", instance.token());
            json.writeObjectFieldStart("routes");
            for (Map.Entry<String, List<InetSocketAddress>> route :
                    instance.routes().entrySet()) {
                json.writeArrayFieldStart(route.getKey());
                for (InetSocketAddress address : route.getValue()) {
                    write(json, address);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeEndObject();
            json.writeRaw('\n');
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, InetSocketAddress address) throws IOException {
        json.writeStartObject();
        json.writeStringField("address", address.getAddress().getHostAddress());
        json.writeNumberField("port", address.getPort());
        json.writeEndObject();
    }

    /** Decodes the output of {@link #write}; throws an {@link IOException} that says what is wrong. */
    static Instance read(byte[] bytes) throws IOException {
        try (JsonParser json = JSON.createParser(bytes)) {
            expect(json, JsonToken.START_OBJECT);
            Members members = new Members();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                members.take(json.currentName(), json);
            }
            return members.instance();
        }
    }

    private static void expect(JsonParser json, JsonToken token) throws IOException {
        if (json.nextToken() != token) {
            throw new IOException("not an instance file: " + token + " expected, found " + json.currentToken());
        }
    }

    /** The members read so far. */
    private static final class Members {
        private long pid = -1;
        private @Nullable InetSocketAddress admin;
        private final Map<String, String> texts = new LinkedHashMap<>();
        private final Map<String, List<InetSocketAddress>> routes = new LinkedHashMap<>();

        void take(String name, JsonParser json) throws IOException {
            JsonToken value = json.nextToken();
            switch (name) {
                case "pid" -> pid = json.getLongValue();
                case "admin" -> admin = address(json);
                case "routes" -> routes(json);
                default -> {
                    if (value == JsonToken.VALUE_STRING) {
                        texts.put(name, json.getText());
                    } else {
                        json.skipChildren();
                    }
                }
            }
        }

        private void routes(JsonParser json) throws IOException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                List<InetSocketAddress> listening = new ArrayList<>();
                String route = json.currentName();
                expect(json, JsonToken.START_ARRAY);
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    listening.add(address(json));
                }
                routes.put(route, List.copyOf(listening));
            }
        }

        private static InetSocketAddress address(JsonParser json) throws IOException {
            String address = "";
            int port = 0;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("address")) {
                    address = json.getText();
                } else if (name.equals("port")) {
                    port = json.getIntValue();
                }
            }
            if (!address.matches("[0-9a-fA-F.:%a-z]+") || port < 0 || port > 65535) {
                throw new IOException("not an instance file: address \"" + address + "\" port " + port);
            }
            return new InetSocketAddress(InetAddress.getByName(address), port);
        }

        Instance instance() throws IOException {
            try {
                return new Instance(
                        pid,
                        text("process_mark"),
                        text("version"),
                        Instant.parse(text("started_at")),
                        admin,
                        text("token"),
                        routes);
            } catch (DateTimeException e) {
                throw new IOException("not an instance file: started_at is not a time", e);
            }
        }

        private String text(String name) throws IOException {
            String text = texts.get(name);
            if (text == null) {
                throw new IOException("not an instance file: " + name + " is missing");
            }
            return text;
        }
    }
}

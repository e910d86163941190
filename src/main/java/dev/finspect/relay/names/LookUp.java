package dev.finspect.relay.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One look-up of one name: the name servers first, the system's resolver beside or after them, the first answer with
 * addresses wins. Any thread.
 */
final class LookUp {
    private final String name;
    private final @Nullable NameServers nameServers;
    private final SystemNames system;
    private final CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
    private final List<String> complaints = new ArrayList<>();
    private int sourcesOpen;
    private boolean systemAsked;

    LookUp(String name, @Nullable NameServers nameServers, SystemNames system) {
        this.name = name;
        this.nameServers = nameServers;
        this.system = system;
    }

    /** Asks the first source. Fails with an {@link UnknownHostException} with the error of every source. */
    CompletableFuture<List<InetAddress>> begin() {
        if (nameServers == null) {
            askSystem();
        } else {
            follow("name servers", nameServers.ask(name));
        }
        return result;
    }

    /** Asks the system's resolver unless it has been asked, or the answer is there. */
    void askSystem() {
        synchronized (this) {
            if (systemAsked || result.isDone()) {
                return;
            }
            systemAsked = true;
        }
        follow("system", system.ask(name));
    }

    /** Ends the look-up with an error, if it has not ended. */
    void giveUp(Duration after) {
        result.completeExceptionally(new UnknownHostException(
                "looking up " + name + " took longer than " + after.toMillis() + " ms" + said()));
    }

    private void follow(String source, CompletableFuture<List<InetAddress>> answer) {
        synchronized (this) {
            sourcesOpen++;
        }
        var unused = answer.whenComplete((addresses, failure) -> {
            if (failure == null && !addresses.isEmpty()) {
                result.complete(addresses);
            } else {
                failed(source, failure == null ? "no address" : FailureText.of(failure));
            }
        });
    }

    private void failed(String source, String complaint) {
        boolean last;
        synchronized (this) {
            complaints.add(source + ": " + complaint);
            last = --sourcesOpen == 0 && systemAsked;
        }
        if (last) {
            result.completeExceptionally(new UnknownHostException("name or service not known: " + name + said()));
        } else {
            askSystem();
        }
    }

    private synchronized String said() {
        return complaints.isEmpty() ? "" : " (" + String.join("; ", complaints) + ")";
    }
}

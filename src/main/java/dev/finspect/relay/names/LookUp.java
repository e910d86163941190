package dev.finspect.relay.names;

import dev.finspect.record.Lookup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One look-up of one name: the name servers first, the system's resolver beside or after them, the first answer with
 * addresses wins. Any thread.
 */
final class LookUp implements UpstreamResolver.UnderWay {
    private final String name;
    private final @Nullable NameServers nameServers;
    private final SystemNames system;
    private final CompletableFuture<Resolved> result = new CompletableFuture<>();
    private final List<String> complaints = new ArrayList<>();
    private volatile @Nullable NameQuestion question;
    private int sourcesOpen;
    private boolean systemAsked;
    private boolean silence;

    LookUp(String name, @Nullable NameServers nameServers, SystemNames system) {
        this.name = name;
        this.nameServers = nameServers;
        this.system = system;
    }

    /** Asks the first source. Fails with a {@link LookUpFailure} that has the error of every source. */
    CompletableFuture<Resolved> begin(Duration oldest) {
        if (nameServers == null) {
            askSystem();
        } else {
            NameQuestion asked = nameServers.ask(name, oldest);
            question = asked;
            follow("name servers", asked.answer());
        }
        return result;
    }

    @Override
    public @Nullable InetSocketAddress server() {
        NameQuestion asked = question;
        return asked == null ? null : asked.server();
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
        result.completeExceptionally(new LookUpFailure(
                Lookup.Result.NO_ANSWER,
                "looking up " + name + " took longer than " + after.toMillis() + " ms" + said()));
    }

    private void follow(String source, CompletableFuture<Resolved> answer) {
        synchronized (this) {
            sourcesOpen++;
        }
        var unused = answer.whenComplete((found, failure) -> {
            if (failure == null && !found.addresses().isEmpty()) {
                result.complete(found);
            } else if (failure == null) {
                failed(source, "no address", Lookup.Result.NO_ADDRESS);
            } else {
                failed(source, FailureText.of(failure), LookUpFailure.result(failure));
            }
        });
    }

    private void failed(String source, String complaint, Lookup.Result how) {
        boolean last;
        Lookup.Result all;
        synchronized (this) {
            complaints.add(source + ": " + complaint);
            silence |= how == Lookup.Result.NO_ANSWER;
            all = silence ? Lookup.Result.NO_ANSWER : Lookup.Result.NO_ADDRESS;
            last = --sourcesOpen == 0 && systemAsked;
        }
        if (last) {
            result.completeExceptionally(new LookUpFailure(all, "name or service not known: " + name + said()));
        } else {
            askSystem();
        }
    }

    private synchronized String said() {
        return complaints.isEmpty() ? "" : " (" + String.join("; ", complaints) + ")";
    }
}

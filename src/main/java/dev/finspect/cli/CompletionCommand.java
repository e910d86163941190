package dev.finspect.cli;

import dev.finspect.cli.client.LivingIdRequests;
import dev.finspect.cli.completion.CompletionScript;
import dev.finspect.cli.process.ProcessContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a completion script for a shell. */
@Command(
        name = "completion",
        header = "Print a completion script for bash, zsh or fish.",
        description = {"", "Completes commands, options, values, files, and the IDs of sessions that live."},
        synopsisHeading = "%nUsage: ",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(finspect completion bash)                                      # this shell",
            "  finspect completion bash > /etc/bash_completion.d/finspect              # every bash",
            "  finspect completion zsh > /usr/local/share/zsh/site-functions/_finspect # every zsh",
            "  finspect completion fish > ~/.config/fish/completions/finspect.fish"
        })
final class CompletionCommand implements Runnable {
    private final ProcessContext context;

    /** The shells. */
    enum Shell {
        BASH,
        ZSH,
        FISH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", arity = "0..1", description = "bash, zsh or fish (default: that of SHELL).")
    private @Nullable Shell shell;

    @Option(names = "--ids", hidden = true, description = "Print the IDs of sessions that live, for the scripts.")
    private boolean ids;

    CompletionCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        if (ids) {
            new LivingIdRequests(context).print();
            return;
        }
        Shell wanted = shell == null ? ofEnvironment() : shell;
        CommandSpec root = spec.root();
        context.out()
                .print(
                        switch (wanted) {
                            case BASH -> CompletionScript.bash(root);
                            case ZSH -> CompletionScript.zsh(root);
                            case FISH -> CompletionScript.fish(root);
                        });
        context.out().flush();
    }

    private Shell ofEnvironment() {
        String path = context.environment().getOrDefault("SHELL", "");
        for (Shell each : Shell.values()) {
            if (path.endsWith("/" + each)) {
                return each;
            }
        }
        return Shell.BASH;
    }
}

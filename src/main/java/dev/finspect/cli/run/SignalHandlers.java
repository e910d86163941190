package dev.finspect.cli.run;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Installs handlers for operating system signals.
 *
 * <p>A JVM that SIGTERM shuts down exits with 143, whatever its hooks do; only a handler of its own lets it exit with 0.
 * The only API for that, {@code sun.misc.Signal} in the module {@code jdk.unsupported}, is the same on JDK 17 and 25. It
 * is called by reflection, because javac warns about its name and that warning cannot be suppressed.
 */
public final class SignalHandlers {
    private SignalHandlers() {}

    /**
     * Calls {@code handler} on a JVM thread each time the signal arrives, instead of the default action.
     *
     * @param name without the prefix: {@code TERM}
     * @return false if the system or the JVM (option {@code -Xrs}) does not allow a handler
     */
    public static boolean handle(String name, Runnable handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            InvocationHandler calls = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    handler.run();
                    yield null;
                }
                case "equals" -> arguments != null && proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "SIG" + name;
            };
            Object proxy = Proxy.newProxyInstance(handlerType.getClassLoader(), new Class<?>[] {handlerType}, calls);
            signal.getMethod("handle", signal, handlerType)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}

package dev.finspect.cli.run;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Handles the signals that end or wake a process.
 *
 * <p>A JVM whose shutdown begins by SIGTERM exits with 143, whatever its hooks do; only a handler of our own can exit with
 * 0. The one such interface, {@code sun.misc.Signal} of the module {@code jdk.unsupported}, is the same on JDK 17 and 25;
 * it is reached by reflection, because javac warns of its name and that warning cannot be switched off.
 */
public final class SignalHandlers {
    private SignalHandlers() {}

    /**
     * Calls {@code handler} on a thread of the JVM each time the signal comes, in the place of what would happen otherwise.
     *
     * @param name without its prefix: {@code TERM}
     * @return false where the system or the JVM (option {@code -Xrs}) does not let it be handled
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

package dev.finspect.session.live;

import dev.finspect.record.LegRecord;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Source;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Walks all that a record holds. */
final class Facts {
    private static final Map<Class<?>, List<Method>> ACCESSORS = new ConcurrentHashMap<>();

    private Facts() {}

    /** The accessors of a record class. */
    static List<Method> accessors(Class<?> type) {
        return ACCESSORS.computeIfAbsent(type, t -> {
            List<Method> accessors = new ArrayList<>();
            for (var component : t.getRecordComponents()) {
                component.getAccessor().setAccessible(true);
                accessors.add(component.getAccessor());
            }
            return accessors;
        });
    }

    /** The strongest source among all facts that are in {@code value}; null where there is no fact. */
    static @Nullable Source best(@Nullable Object value) throws ReflectiveOperationException {
        if (value instanceof Fact<?> fact) {
            return fact.source();
        }
        Source best = null;
        if (value instanceof Record
                && (value.getClass().getPackage() == SessionRecord.class.getPackage()
                        || value.getClass().getPackage() == LegRecord.class.getPackage())) {
            for (Method accessor : accessors(value.getClass())) {
                Source source = best(accessor.invoke(value));
                if (source != null && (best == null || source.compareTo(best) < 0)) {
                    best = source;
                }
            }
        }
        return best;
    }
}

package dev.finspect.bench.load;

import java.io.IOException;

/** One way of loading a proxy; bounded by the order's time and by {@link Stall}. */
interface Load {
    LoadResult run(LoadOrder order) throws IOException, InterruptedException;
}

package io.sirocco.text.jinja;

import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A lazy sequence that can be read once, as map, select and their like return: always true, without length or index.
 * {@code | list} makes a list of it.
 */
final class Generator implements Iterator<Object> {
    private final Supplier<Iterator<Object>> source;
    private Iterator<Object> iterator;

    /** @param source opens the sequence when its first element is asked for, as a Python generator starts */
    Generator(Supplier<Iterator<Object>> source) {
        this.source = source;
    }

    private Iterator<Object> iterator() {
        if (iterator == null) {
            iterator = source.get();
        }
        return iterator;
    }

    @Override
    public boolean hasNext() {
        return iterator().hasNext();
    }

    @Override
    public Object next() {
        return iterator().next();
    }

    @Override
    public void forEachRemaining(Consumer<? super Object> action) {
        iterator().forEachRemaining(action);
    }
}

package io.sirocco.cache;

import java.util.Arrays;

/** Numbers, last in first out. */
final class IntStack {

    private int[] values;
    private int size;

    IntStack(int capacity) {
        values = new int[Math.max(1, capacity)];
    }

    int size() {
        return size;
    }

    void push(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    /** The stack is not empty. */
    int pop() {
        return values[--size];
    }
}

package io.sirocco.eval;

/** What stands after {@code !function} in a task's file: Python code, which counts if it is {@link BuiltIn}. */
record FunctionName(String name) {
    @Override
    public String toString() {
        return "!function " + name;
    }
}

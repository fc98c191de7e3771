package io.sirocco.eval;

/** What stands after {@code !function} in a task's file: Python code that we do not run. */
record FunctionName(String name) {
    @Override
    public String toString() {
        return "!function " + name;
    }
}

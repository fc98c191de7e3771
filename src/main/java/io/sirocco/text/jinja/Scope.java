package io.sirocco.text.jinja;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The variables that one body has for itself and what each holds when the body begins. Filled by {@link Scopes} once after
 * parsing. These are the rules of jinja2's compiler ({@code idtracking.Symbols}), which decide at compile time what a name
 * means: a name that a body assigns is that body's own from its beginning, and begins as a copy of the outer one.
 */
final class Scope {
    /** What a variable holds when its body begins. */
    enum Origin {
        /** Assigned by whoever starts the body: a loop variable, a macro's argument. */
        PARAMETER,
        /** The value of this name in the rendering's context. */
        CONTEXT,
        /** The value of the next outer body's variable. */
        OUTER,
        /** Nothing yet. */
        UNSET
    }

    private Scope parent;
    private Map<String, Origin> variables = new LinkedHashMap<>();
    private Set<String> assigned = new HashSet<>();

    Map<String, Origin> variables() {
        return variables;
    }

    void within(Scope outer) {
        parent = outer;
    }

    /** What an alternative branch of this body starts from. */
    Scope branch() {
        Scope copy = new Scope();
        copy.parent = parent;
        copy.variables = new LinkedHashMap<>(variables);
        copy.assigned = new HashSet<>(assigned);
        return copy;
    }

    void parameter(String name) {
        assigned.add(name);
        variables.put(name, Origin.PARAMETER);
    }

    void load(String name) {
        if (!knows(name)) {
            variables.put(name, Origin.CONTEXT);
        }
    }

    void store(String name) {
        assigned.add(name);
        variables.computeIfAbsent(name, key -> parent != null && parent.knows(key) ? Origin.OUTER : Origin.UNSET);
    }

    /** Takes over what alternative branches assign: each such variable keeps its old value if its branch does not run. */
    void merge(Collection<Scope> branches) {
        Set<String> added = new HashSet<>();
        branches.forEach(branch -> added.addAll(branch.assigned));
        added.removeAll(assigned);
        for (Scope branch : branches) {
            variables.putAll(branch.variables);
            assigned.addAll(branch.assigned);
        }
        for (String name : added) {
            variables.put(name, parent != null && parent.knows(name) ? Origin.OUTER : Origin.CONTEXT);
        }
    }

    private boolean knows(String name) {
        for (Scope scope = this; scope != null; scope = scope.parent) {
            if (scope.variables.containsKey(name)) {
                return true;
            }
        }
        return false;
    }
}

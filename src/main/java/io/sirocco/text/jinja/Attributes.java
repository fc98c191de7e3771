package io.sirocco.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code value.name} and {@code value[key]}. The dot prefers a method of that name, the brackets an element; each falls back
 * on the other. Only what is listed here can be reached: no method or field of a Java object ever is.
 */
final class Attributes {
    /** Methods of Python's strings that are not there; calling one is refused when the template is parsed. */
    static final Set<String> UNSUPPORTED_METHODS = Set.of(
            "encode", "translate", "maketrans", "format_map", "casefold", "isidentifier", "isnumeric", "fromkeys");

    /** Attributes of Python's numbers; chat templates have no use for them. */
    private static final Set<String> NUMBER_ATTRIBUTES = Set.of(
            "real",
            "imag",
            "numerator",
            "denominator",
            "conjugate",
            "bit_length",
            "bit_count",
            "to_bytes",
            "from_bytes",
            "as_integer_ratio",
            "is_integer",
            "hex",
            "fromhex");

    private static final Set<String> LIST_CHANGES =
            Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

    private static final Set<String> DICT_CHANGES = Set.of("clear", "pop", "popitem", "setdefault", "update");

    private Attributes() {}

    /** {@code target.name} */
    static Object get(Object target, String name) {
        Object attribute = attribute(target, name);
        if (attribute != Frame.MISSING) {
            return attribute;
        }
        Object element = target instanceof Map<?, ?> map ? Dicts.get(map, name, Frame.MISSING) : Frame.MISSING;
        return element != Frame.MISSING ? element : Undefined.attribute(target, name);
    }

    /** {@code target[key]} */
    static Object item(Object target, Object key, Budget budget) {
        if (target instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Object element = element(target, key, budget);
        if (element == Frame.MISSING && Strings.of(key) != null) {
            element = attribute(target, Strings.of(key));
        }
        return element != Frame.MISSING ? element : Undefined.attribute(target, key);
    }

    private static Object element(Object target, Object key, Budget budget) {
        if (target instanceof Map<?, ?> map) {
            boolean unhashable = key instanceof List<?> || key instanceof Map<?, ?> || key instanceof DictView;
            return unhashable ? Frame.MISSING : Dicts.get(map, key, Frame.MISSING);
        }
        if (!(Numbers.of(key) instanceof Long index)) {
            return Frame.MISSING;
        }
        String text = Strings.of(target);
        if (text != null) {
            budget.work(text.length());
            int length = Strings.length(text);
            long at = index < 0 ? index + length : index;
            if (at < 0 || at >= length) {
                return Frame.MISSING;
            }
            String character = Strings.substring(text, (int) at, (int) at + 1);
            return target instanceof Markup ? new Markup(character) : character;
        }
        List<?> elements = Sequences.indexed(target);
        if (elements == null) {
            return Frame.MISSING;
        }
        long at = index < 0 ? index + elements.size() : index;
        return at < 0 || at >= elements.size() ? Frame.MISSING : elements.get((int) at);
    }

    private static Object attribute(Object target, String name) {
        boolean internal = name.startsWith("__") && name.endsWith("__") && !(target instanceof Map<?, ?>);
        return switch (target) {
            case Undefined undefined -> throw undefined.failure();
            case Namespace namespace -> namespace.attributes().getOrDefault(name, Frame.MISSING);
            case Object any when internal -> Undefined.unsafe(target, name);
            case Loop loop -> loop.attribute(name);
            case Macro macro -> macro.attribute(name);
            case Cycler cycler -> cycler.attribute(name);
            case List<?> list when LIST_CHANGES.contains(name) -> Undefined.unsafe(target, name);
            case Map<?, ?> map when DICT_CHANGES.contains(name) -> Undefined.unsafe(target, name);
            case Tuple tuple
            when tuple.fields().contains(name) ->
                tuple.items().get(tuple.fields().indexOf(name));
            case Long number
            when NUMBER_ATTRIBUTES.contains(name) -> throw Failure.unsupported("." + name + " of a number");
            case Double number
            when NUMBER_ATTRIBUTES.contains(name) -> throw Failure.unsupported("." + name + " of a number");
            case Boolean number
            when NUMBER_ATTRIBUTES.contains(name) -> throw Failure.unsupported("." + name + " of a number");
            case null, default -> method(target, name);
        };
    }

    private static Object method(Object target, String name) {
        Method method = switch (target) {
            case String text -> StringMethods.named(name);
            case Markup markup -> StringMethods.named(name);
            case List<?> list -> CollectionMethods.ofSequence(name, true);
            case Tuple tuple -> CollectionMethods.ofSequence(name, false);
            case Range range -> CollectionMethods.ofSequence(name, false);
            case Map<?, ?> map -> CollectionMethods.ofDict(name);
            case null, default -> null;
        };
        if (method == null && Strings.of(target) != null && UNSUPPORTED_METHODS.contains(name)) {
            throw Failure.unsupported("the method ." + name + "()");
        }
        return method == null ? Frame.MISSING : new BoundMethod(target, name, method);
    }

    /** A method's code. */
    @FunctionalInterface
    interface Method {
        Object call(Rendering rendering, Object receiver, Arguments arguments);
    }

    /** A method of a value, ready to be called. */
    record BoundMethod(Object receiver, String name, Method method) implements Callable {

        @Override
        public Object call(Rendering rendering, Arguments arguments) {
            return method.call(rendering, receiver, arguments);
        }
    }
}

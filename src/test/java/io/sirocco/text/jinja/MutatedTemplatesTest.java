package io.sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever becomes of a real template, the outcome is a text or a {@link TemplateException}. */
class MutatedTemplatesTest {
    private static final List<TemplateCase> REAL = real();

    private static List<TemplateCase> real() {
        List<TemplateCase> cases = new ArrayList<>(TemplateCase.resource("jinja-features.json"));
        cases.addAll(TemplateCase.resource("smollm2.json"));
        cases.addAll(TemplateCase.resource("zephyr.json"));
        cases.addAll(TemplateCase.resourceWithOneContext("differential.json"));
        return cases;
    }

    /** One change: cut out a part, put a part of another template in, or double a part. */
    record Mutation(int kind, double at, int length, int other, double from) {

        String apply(String template) {
            int start = (int) (at * template.length());
            int end = Math.min(template.length(), start + length);
            String donor = REAL.get(other).template();
            int donorStart = (int) (from * donor.length());
            String piece = donor.substring(donorStart, Math.min(donor.length(), donorStart + length));
            return switch (kind) {
                case 0 -> template.substring(0, start) + template.substring(end);
                case 1 -> template.substring(0, start) + piece + template.substring(start);
                case 2 -> template.substring(0, start) + piece + template.substring(end);
                default -> template.substring(0, end) + template.substring(start);
            };
        }
    }

    @Property(tries = 2000)
    void endInATextOrATemplateException(
            @ForAll("cases") TemplateCase original, @ForAll("mutations") List<Mutation> mutations) {
        String template = original.template();
        for (Mutation mutation : mutations) {
            template = mutation.apply(template);
        }
        try {
            JinjaTemplate.parse(template, TemplateCase.CLOCK).render(original.context());
        } catch (TemplateException expected) {
            // One of the two allowed outcomes; any other exception fails the property.
        }
    }

    @Provide
    Arbitrary<TemplateCase> cases() {
        return Arbitraries.of(REAL);
    }

    @Provide
    Arbitrary<List<Mutation>> mutations() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.integers().between(0, REAL.size() - 1),
                        Arbitraries.doubles().between(0, 1))
                .as(Mutation::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }
}

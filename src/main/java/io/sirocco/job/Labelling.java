package io.sirocco.job;

/** What a row is asked for, with the prompt around its text that does so. */
enum Labelling {
    /**
     * One of its labels. The prompt names every label, so that a small model needs to know no more than to choose, and all of a label but its
     * first tokens is near certain. The labels come first: rows share them, and so the prefix cache has them.
     */
    ONE("""
            {% if question %}
            {{ question }}
            {% endif %}
            Labels: {{ labels | join(', ') }}
            {% for label in labels if label in descriptions %}
            {{ label }}: {{ descriptions[label] }}
            {% endfor %}

            Text: {{ text }}
            Label:"""),
    /** Yes or no, for each of its labels by itself. The label comes last, so that a row's questions share the text. */
    EACH("""
            {% if question %}
            {{ question }}
            {% endif %}
            Labels: {{ labels | join(', ') }}
            {% for label in labels if label in descriptions %}
            {{ label }}: {{ descriptions[label] }}
            {% endfor %}

            Text: {{ text }}
            Does the label "{{ label }}" fit the text, yes or no?
            Answer:"""),
    /** A number. */
    SCALE("""
            {{ question }}
            Answer with a number from {{ labels | first }} to {{ labels | last }}.

            Text: {{ text }}
            Answer:""");

    private final String template;

    Labelling(String template) {
        this.template = template;
    }

    /** The built-in prompt: a Jinja template of text, labels, descriptions, question, and the label that is asked about if it is one. */
    String template() {
        return template;
    }
}

{#- Stories, readings and reasons of all cases, and what models and definitions need; asked for by the scripts when a
    reader opens, places or tests a case. A script and not JSON, since that can be read from file:// too. Every text of a
    case is safe HTML: plain text escaped, citations as links. -#}
{%- import "partials/spectrum-data.html" as data -%}
{%- macro text(value) %}{{ site_data.link_works(value | d("", true) | e | string, "bibliography/") | tojson }}{% endmacro -%}
{%- macro rule(line) %}{"stance": {{ line.stance | tojson }}, "basis": {{ line.basis | tojson }}, "how": {{ line.how | tojson }}, "span": {{ line.span | d(none) | tojson }}, "needs": {{ line.needs | d({}, true) | tojson }}, "says": {{ line.says | striptags | tojson }}}{% endmacro -%}
window.spectrumDetails = {"cases": {
{% for one in data.cases %}{% set case = one.meta.case -%}
{{ one.file.name | tojson }}: {"title": {{ one.meta.title | tojson }}, "story": {{ text(case.story) }}, "note": {{ text(case.content_note) }}, "claimed": {{ text(case.claimed.word if case.claimed | d(none) else "") }}, "by": {{ text(case.claimed.by if case.claimed | d(none) else "") }}, "found": {{ text(case.found) }}, "strength": {{ case.strength | tojson }}, "why": {{ text(case.strength_why) }}, "outside": {{ text(case.outside_the_line | d(none)) }}, "question": {{ text(case.question) }}, "phases": {
{%- for place in case.placements %}{{ place.phase | tojson }}: {"why": [{{ text(place.rests_on) }}, {{ text(place.because) }}, {{ text(place.against) }}, {{ text(place.would_move) }}], "work": {{ place.work | d("", true) | tojson }}, "choice": {{ place.choice | d("", true) | tojson }}, "flags": {{ place.flags | d([], true) | tojson }}{% for reading in place.readings %}, {{ reading.reader | tojson }}: {{ reading.say | d(none) | tojson }}{% endfor %}}{% if not loop.last %}, {% endif %}{% endfor %}}}{% if not loop.last %},{% endif %}
{% endfor -%}
}, "models": {
{% for one in data.models %}{% set counts = namespace(first=none) %}{% for line in one.meta.model.lines | d([], true) if not counts.first and line.uses_word in [true, "yes"] and line.basis in ["stated", "derived"] %}{% set counts.first = line %}{% endfor %}{% if counts.first -%}
{{ one.meta.model.short | tojson }}: {{ rule(counts.first) }},
{% endif %}{% endfor -%}
"": null}, "definitions": {
{% for one in data.definitions %}{% for line in (one.meta.definition.lines | d([], true))[:1] -%}
{{ one.file.name | tojson }}: {{ rule(line) }},
{% endfor %}{% endfor -%}
"": null}};

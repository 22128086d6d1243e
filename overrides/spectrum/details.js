{#- Stories and reasons of all cases, and what definitions need; asked for by spectrum.js when a reader opens or tests
    one. A script and not JSON, since that can be read from file:// too. Every text of a case is safe HTML: plain text
    escaped, citations as links. -#}
{%- import "partials/spectrum-data.html" as data with context -%}
window.spectrumDetails = {"cases": {
{% for one in data.cases %}{% set case = one.meta.case -%}
{{ one.file.name | tojson }}: {"story": {{ case.story | e | string | tojson }}, "note": {{ case.content_note | d("", true) | e | string | tojson }}, "claimed": {{ (case.claimed.word if case.claimed | d(none) else "") | e | string | tojson }}, "by": {{ (case.claimed.by if case.claimed | d(none) else "") | e | string | tojson }}, "found": {{ case.found | e | string | tojson }}, "strength": {{ case.strength | tojson }}, "why": {{ case.strength_why | e | string | tojson }}, "outside": {{ case.outside_the_line | d("", true) | e | string | tojson }}, "question": {{ case.question | e | string | tojson }}, "phases": {
{%- for place in case.placements %}{{ place.phase | tojson }}: [{{ place.rests_on | d("", true) | e | string | tojson }}, {{ place.because | d("", true) | e | string | tojson }}, {{ place.against | d("", true) | e | string | tojson }}, {{ place.would_move | d("", true) | e | string | tojson }}]{% if not loop.last %}, {% endif %}{% endfor %}}}{% if not loop.last %},{% endif %}
{% endfor -%}
}, "definitions": {
{% for one in data.definitions %}{% for line in (one.meta.definition.lines | d([], true))[:1] -%}
{{ one.file.name | tojson }}: {"stance": {{ line.stance | tojson }}, "basis": {{ line.basis | tojson }}, "how": {{ line.how | tojson }}, "span": {{ line.span | d(none) | tojson }}, "needs": {{ line.needs | d({}, true) | tojson }}, "says": {{ line.says | striptags | tojson }}},
{% endfor %}{% endfor -%}
"": null}};

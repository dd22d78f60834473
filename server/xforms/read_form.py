"""XForm XML → ``Form`` (ODK XForms specification: model, bindings, body, secondary instances)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping

from server.xforms.entities import entity_blocks
from server.xforms.form import NO_CHOICES, Choices, Field, Form, Kind, Path, Words
from server.xforms.own_columns import SENSITIVITY, TELLS_WHO, OwnColumn
from server.xforms.set_by import set_by
from server.xforms.xml import Element, NotReadable, child, local, parse, text_of

_ITEXT = re.compile(r"jr:itext\(\s*'([^']*)'\s*\)")
_INSTANCE = re.compile(r"^\s*instance\(\s*'([^']+)'\s*\)")
_LANGUAGE_CODE = re.compile(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)\s*$")
_FOLDER = "jr://(?:images|audio|video|file|file-csv)/"
_REFERENCE = re.compile(rf"{_FOLDER}([^\s\"'<>()]+)")
_WHOLE_REFERENCE = re.compile(rf"\s*{_FOLDER}([^\n]*\S)\s*")
# A path to a node below the root, absolute or relative: what pyxform makes of ``${name}``.
_NODE = r"(?<![\w)\]])(?:/%s|(?:current\(\)/)?\.\.(?:/\.\.)*)(?:/\w[\w.-]*)*/(\w[\w.-]*)"
_CONTROLS = frozenset(
    ("input", "select1", "select", "upload", "range", "trigger", "rank", "secret")
)


def read_form(xml: bytes) -> Form:
    """One form version. Raises NotReadable when it is no XForm that Collect could open."""
    return _Reader(xml).form()


def media_named(xml: bytes) -> tuple[str, ...]:
    """File names the form refers to by ``jr://`` (collect.md 5.2), each once, in order of
    mention; of what is no XML, none. A name may hold spaces where the reference stands alone."""
    try:
        root = parse(xml)
    except NotReadable:
        return ()
    names: list[str] = []
    for element in root.iter():
        for text in (element.text or "", element.tail or "", *map(str, element.attrib.values())):
            whole = _WHOLE_REFERENCE.fullmatch(text)
            names += [whole[1]] if whole else _REFERENCE.findall(text)
    return tuple(dict.fromkeys(names))


class _Reader:
    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        html = parse(xml)
        head = child(html, "head")
        model = child(head, "model") if head is not None else None
        primary = first_instance(model)
        if head is None or model is None or primary is None:
            raise NotReadable("no model with a primary instance")
        self.title = text_of(child(head, "title"))
        self.model, self.primary = model, primary
        self.references = re.compile(_NODE % re.escape(local(primary)))
        self.binds = {
            each.get("nodeset", "").strip(): each for each in model if local(each) == "bind"
        }
        self.languages, self.itext = _read_itext(model)
        self.set_by = set_by(html)
        self.controls: dict[str, Element] = {}
        self.labels: dict[str, Element] = {}
        self.repeats: set[str] = set()
        body = child(html, "body")
        if body is not None:
            self._read_body(body)
        self.choices = self._read_choices()

    def form(self) -> Form:
        form_id = (self.primary.get("id") or "").strip()
        if not form_id:
            raise NotReadable("the primary instance has no id")
        if not self.title:
            raise NotReadable("the form has no title")
        root = local(self.primary)
        submission = child(self.model, "submission")
        return Form(
            form_id=form_id,
            version=(self.primary.get("version") or "").strip(),
            title=self.title,
            root=root,
            fields=self._fields(self.primary, (), f"/{root}"),
            languages=self.languages,
            media=media_named(self.xml),
            entities=entity_blocks(self.primary, self.binds),
            lists={name: each for name, each in self.choices.items() if each.items},
            encrypted=submission is not None and bool(submission.get("base64RsaPublicKey")),
        )

    # -- the body: controls, group labels, repeats ------------------------------------------------

    def _read_body(self, body: Element) -> None:
        for each in body.iter():
            name = local(each)
            if name in _CONTROLS:
                self.controls[each.get("ref", "").strip()] = each
            elif name == "repeat":
                nodeset = each.get("nodeset", "").strip()
                self.repeats.add(nodeset)
                parent = each.getparent()
                if parent is not None and nodeset not in self.labels:
                    self.labels[nodeset] = parent
            elif name == "group" and each.get("ref"):
                self.labels[each.get("ref", "").strip()] = each

    # -- the primary instance ----------------------------------------------------------------------

    def _fields(self, parent: Element, above: Path, xpath: str) -> tuple[Field, ...]:
        found: dict[str, Field] = {}
        for each in parent:
            name = local(each)
            # A repeat stands twice, as jr:template and as its first instance: one field.
            if name and name not in found:
                found[name] = self._field(each, name, (*above, name), f"{xpath}/{name}")
        return tuple(found.values())

    def _field(self, node: Element, name: str, path: Path, xpath: str) -> Field:
        if xpath in self.repeats or len(node) or xpath in self.labels:
            kind = Kind.REPEAT if xpath in self.repeats else Kind.GROUP
            return Field(
                name=name,
                path=path,
                kind=kind,
                label=self._words(self.labels.get(xpath), "label"),
                relevant=self._expression(xpath, "relevant"),
                sensitivity=_word(self.binds.get(xpath), SENSITIVITY),
                tells_who=_word(self.binds.get(xpath), TELLS_WHO),
                children=self._fields(node, path, xpath),
            )
        bind, control = self.binds.get(xpath), self.controls.get(xpath)
        return Field(
            name=name,
            path=path,
            kind=Kind.QUESTION,
            type=_bind_type(bind),
            control=local(control) if control is not None else None,
            label=self._words(control, "label") or self._unseen(xpath),
            hint=self._words(control, "hint"),
            choices=self._choices_of(control),
            appearance=control.get("appearance", "") if control is not None else "",
            media_type=control.get("mediatype", "") if control is not None else "",
            readonly=bind is not None and bind.get("readonly", "").strip() == "true()",
            relevant=self._expression(xpath, "relevant"),
            constraint=self._expression(xpath, "constraint"),
            message=self._message(bind),
            required=self._expression(xpath, "required"),
            calculation=self._expression(xpath, "calculate"),
            set_by=self._with_names(self.set_by.get(xpath, "")),
            sensitivity=_word(bind, SENSITIVITY),
            tells_who=_word(bind, TELLS_WHO),
        )

    def _expression(self, xpath: str, which: str) -> str:
        """With ``${name}`` where pyxform put a path."""
        bind = self.binds.get(xpath)
        return self._with_names(bind.get(which, "") if bind is not None else "")

    def _with_names(self, text: str) -> str:
        return " ".join(self.references.sub(r"${\1}", text).split()) if text else ""

    # -- words -------------------------------------------------------------------------------------

    def _message(self, bind: Element | None) -> Words:
        found = bind.items() if bind is not None else ()
        text = next((str(each) for name, each in found if _is_message(str(name))), "")
        return self._text(text, text)

    def _words(self, holder: Element | None, which: str) -> Words:
        element = child(holder, which) if holder is not None else None
        if element is None:
            return Words()
        return self._text(element.get("ref", ""), _label_text(element))

    def _text(self, reference: str, plain: str) -> Words:
        """The translated text where ``reference`` names one, else the ``plain`` one."""
        wanted = _ITEXT.search(reference)
        if wanted:
            return self.itext.get(wanted.group(1), Words())
        return Words({self.languages[0] if self.languages else "": plain}) if plain else Words()

    def _unseen(self, xpath: str) -> Words:
        """A calculation's label: pyxform keeps it among the texts, though no control shows it."""
        return self.itext.get(f"{xpath}:label", Words())

    # -- choices -----------------------------------------------------------------------------------

    def _read_choices(self) -> dict[str, Choices]:
        found: dict[str, Choices] = {}
        for each in self.model:
            if local(each) != "instance" or not each.get("id"):
                continue
            source = each.get("src", "")
            if source.startswith("jr://file"):
                found[each.get("id", "")] = Choices(file=source.rpartition("/")[2])
            else:
                items = {
                    text_of(child(item, "name")): self._item_words(item)
                    for item in each.iter()
                    if local(item) == "item"
                }
                found[each.get("id", "")] = Choices(items=items)
        return found

    def _item_words(self, item: Element) -> Words:
        itext_id = text_of(child(item, "itextId"))
        if itext_id:
            return self.itext.get(itext_id, Words())
        plain = text_of(child(item, "label"))
        return Words({self.languages[0] if self.languages else "": plain})

    def _choices_of(self, control: Element | None) -> Choices:
        if control is None:
            return NO_CHOICES
        itemset = child(control, "itemset")
        if itemset is not None:
            return self._itemset(itemset)
        items = {
            text_of(child(item, "value")): self._words(item, "label")
            for item in control
            if local(item) == "item"
        }
        return Choices(items=items) if items else NO_CHOICES

    def _itemset(self, itemset: Element) -> Choices:
        named = _INSTANCE.match(itemset.get("nodeset", ""))
        known = self.choices.get(named.group(1), NO_CHOICES) if named else NO_CHOICES
        if not known.file:
            return known
        value, label = child(itemset, "value"), child(itemset, "label")
        return Choices(
            file=known.file,
            value_ref=value.get("ref", "name") if value is not None else "name",
            label_ref=label.get("ref", "label") if label is not None else "label",
        )


def first_instance(model: Element | None) -> Element | None:
    instance = child(model, "instance") if model is not None else None
    return next(iter(instance), None) if instance is not None else None


def _is_message(attribute: str) -> bool:
    return attribute.rpartition("}")[2] == "constraintMsg"


def _bind_type(bind: Element | None) -> str:
    return (bind.get("type") or "string").rpartition(":")[2] if bind is not None else "string"


def _word(bind: Element | None, column: OwnColumn) -> str:
    return bind.get(column.attribute, "").strip() if bind is not None else ""


def _read_itext(model: Element) -> tuple[tuple[str, ...], Mapping[str, Words]]:
    itext = child(model, "itext")
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    languages: list[str] = []
    translations = [
        each for each in (itext if itext is not None else ()) if local(each) == "translation"
    ]
    translations.sort(key=lambda each: not each.get("default"))
    for translation in translations:
        language = language_code(translation.get("lang", ""))
        languages.append(language)
        for text in translation:
            value = next((v for v in text if local(v) == "value" and not v.get("form")), None)
            if value is not None:
                texts[text.get("id", "")][language] = _label_text(value)
    return tuple(languages), {key: Words(by) for key, by in texts.items()}


def language_code(name: str) -> str:
    """``Tiếng Việt (vi)`` → ``vi``; a name without a code stays as it is."""
    found = _LANGUAGE_CODE.search(name)
    return found.group(1).lower() if found else unicodedata.normalize("NFC", name.strip())


def _label_text(element: Element) -> str:
    """Text with ``<output value="../x"/>`` shown as ``${x}``, the way its designer wrote it."""
    parts = [element.text or ""]
    for each in element:
        reference = (each.get("value") or each.get("ref") or "").strip()
        parts.append(f"${{{reference.rpartition('/')[2]}}}" if reference else "")
        parts.append(each.tail or "")
    return " ".join("".join(parts).split())

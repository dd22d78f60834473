// What is mended in ODK Web Forms while it is built. Its code is one known version (the lock file
// says which), so that plain text finds the places; one that is not found fails the build.
import { VIETNAMESE } from "./src/fill_words.js";

const say = (literal) => `globalThis.cauNoiForm.say(${literal})`;

// Sentences that stand in templates whole.
const SAID = Object.keys(VIETNAMESE).map((english) => {
  const literal = JSON.stringify(english);
  return [literal, say(literal)];
});

// A drop-down list, and the box it belongs to.
const LISTED = (id, ticked = false) =>
  `"filter-placeholder": globalThis.cauNoiForm.say("Search"),\n      "virtual-scroller-options": globalThis.cauNoiForm.lines(AA.value, ${id}, ${ticked}),\n      "overlay-class": "as-wide-as-its-box",\n      "append-to": "#fill",\n      `;

const MENDED = {
  "dist/index-": [
    // Numbers as the page's language writes them, whatever the browser's own; a point and a comma
    // both begin the decimals: in Vietnamese 12.5 became 125.
    ['"show-buttons": !0,\n      "min-fraction', '"show-buttons": !0,\n      locale: globalThis.cauNoiForm.locale,\n      "min-fraction'],
    // The label belongs to the box that is typed in, not to what stands around it.
    ["createBlock(unref(script$f), {\n      id: eA.node.nodeId,\n      key", "createBlock(unref(script$f), {\n      inputId: eA.node.nodeId,\n      key"],
    ["var AA = tA.key, nA = this.isDecimalSign(AA)", "var AA = globalThis.cauNoiForm.typed(tA.key), nA = this.isDecimalSign(AA)"],
    ['var AA = (tA.clipboardData || window.clipboardData).getData("Text");\n      if (AA) {\n        var nA = this.parseValue(AA);', 'var AA = globalThis.cauNoiForm.pasted((tA.clipboardData || window.clipboardData).getData("Text"));\n      if (AA) {\n        var nA = this.parseValue(AA);'],
    ['QA === 1 ? "1 question with error." : `${QA} questions with errors.`', "globalThis.cauNoiForm.wrong(QA)"],
    ['" Location will be saved at " + toDisplayString(eA.options.accuracyThreshold) + " m "', 'globalThis.cauNoiForm.say(" Location will be saved at ") + toDisplayString(eA.options.accuracyThreshold) + " m "'],
    ['" Previous saved location at " + ', 'globalThis.cauNoiForm.say(" Previous saved location at ") + '],
    // An answer is a date as well when it is asked for by its path: forms that compare dates did not
    // open.
    ["const AA = tA.evaluate(eA), nA = evaluateDateTime(eA, AA);\n    return nA == null ? NaN", "const AA = globalThis.cauNoiForm.dated(tA.evaluate(eA)), nA = evaluateDateTime(eA, AA);\n    return nA == null ? NaN"],
    ['const AA = tA.evaluate(eA);\n    switch (AA.type) {\n      case "BOOLEAN":\n        return new StringEvaluation(eA, "")', 'const AA = globalThis.cauNoiForm.dated(tA.evaluate(eA));\n    switch (AA.type) {\n      case "BOOLEAN":\n        return new StringEvaluation(eA, "")'],
    // What a screen reader calls a list, a date and a time.
    ['createElementBlock("label", {\n      for: eA.question.nodeId,', 'createElementBlock("label", {\n      id: `${eA.question.nodeId}_label`,\n      for: eA.question.nodeId,'],
    // A long list: see src/fill_lists.js. What it opens stands in the page's main part, as wide as its box.
    ['class: "dropdown",\n      filter:', `class: "dropdown",\n      "aria-labelledby": \`\${eA.question.nodeId}_label\`,\n      ${LISTED("eA.question.nodeId")}filter:`],
    ['"input-id": eA.question.nodeId,\n      filter:', `"input-id": eA.question.nodeId,\n      ${LISTED("`${eA.question.nodeId}-control`", true)}filter:`],
    // Each entry was looked for among all others once more before the form could open.
    ["if (tA.question.getValueOption(oA.value) == null)\n        throw new Error(`Failed to find option for value: ${oA.value}`);\n", "\n"],
    ["if (tA.question.getValueOption(iA.value) == null)\n        throw new Error(`Failed to find option for value: ${iA.value}`);\n      return {\n        value: iA.value,\n        label", "return {\n        value: iA.value,\n        label"],
    ['class: "align-items-center with-icon language-changer",', 'class: "align-items-center with-icon language-changer",\n      "append-to": "#fill",'],
    // What catches the focus at the ends of an open list is no secret; a list that scrolls is reached
    // by the keyboard, and is no answer to whether there is something to search in.
    ['role: "presentation",\n            "aria-hidden": "true",\n            class: "p-hidden-accessible p-hidden-focusable"', 'class: "p-hidden-accessible p-hidden-focusable"', 4],
    ['"max-height": oA.virtualScrollerDisabled ? eA.scrollHeight : ""\n            }\n', '"max-height": oA.virtualScrollerDisabled ? eA.scrollHeight : ""\n            },\n            tabindex: oA.virtualScrollerDisabled ? 0 : -1,\n            "data-p-hidden-focusable": !0\n', 2],
    ["tabindex: -1,\n            disabled: oA.virtualScrollerDisabled,", 'tabindex: 0,\n            "data-p-hidden-focusable": !0,\n            disabled: oA.virtualScrollerDisabled,', 2],
    // The box to tick is the entry's picture: the entry is what is chosen.
    ["tabindex: -1,\n                  variant: eA.variant,", 'tabindex: -1,\n                  inert: "",\n                  variant: eA.variant,'],
    ['toDisplayString(oA.label || "empty")', 'toDisplayString(oA.label || "\u00a0")'],
    // In a calendar, days are pressed, and the month is heard with what its button does.
    ['"aria-selected": oA.isSelected(IA),', 'role: "button",\n                  "aria-pressed": oA.isSelected(IA),'],
    ['"aria-label": eA.$primevue.config.locale.chooseMonth,', '"aria-label": `${eA.$primevue.config.locale.chooseMonth}: ${oA.getMonthName(cA.month)}`,', 2],
    ['"aria-label": eA.$primevue.config.locale.chooseYear,', '"aria-label": `${eA.$primevue.config.locale.chooseYear}: ${oA.getYear(cA)}`,', 2],
    // A range has its question's name, and says that it was not answered.
    ["orientation: unref(sA),\n          \"model-value\"", 'orientation: unref(sA),\n          "aria-labelledby": `${eA.node.nodeId}_label`,\n          "model-value"'],
    ['"aria-valuenow": eA.d_value,\n    "aria-valuemax": eA.max,\n    "aria-labelledby": eA.ariaLabelledby,\n    "aria-label": eA.ariaLabel,\n    "aria-orientation"', '"aria-valuenow": eA.d_value ?? eA.min,\n    "aria-valuetext": eA.d_value == null ? globalThis.cauNoiForm.say("Not answered") : void 0,\n    "aria-valuemax": eA.max,\n    "aria-labelledby": eA.ariaLabelledby,\n    "aria-label": eA.ariaLabel,\n    "aria-orientation"'],
    ['"show-icon": "",\n      "icon-display": "input",\n      "show-button-bar": "",', '"input-id": tA.question.nodeId,\n      "show-icon": "",\n      "icon-display": "input",\n      "show-button-bar": "",'],
    // The day has 24 hours.
    ['"hour-format": "12",\n      disabled: AA.value', '"input-id": tA.question.nodeId,\n      "hour-format": "24",\n      disabled: AA.value'],
    // A moment is chosen, not written as 2026-11-24T08:30:00.000+07:00.
    [
      "(openBlock(), createBlock(InputText, {\n          key: 8,",
      '(eA.node.valueType === "dateTime") ? (openBlock(), createElementBlock("input", { key: 9, type: "datetime-local", class: "form-control", id: eA.node.nodeId, required: eA.node.currentState.required, disabled: eA.node.currentState.readonly, value: globalThis.cauNoiForm.moment(eA.node.currentState.value), onChange: (event) => eA.node.setValue(globalThis.cauNoiForm.momentOf(event.target.value)) }, null, 40, ["id", "required", "disabled", "value"])) : (openBlock(), createBlock(InputText, {\n          key: 8,',
    ],
    // A group is no landmark, and opens by the keyboard.
    ['role: "region",\n        "aria-labelledby": eA.$id + "_header"\n', "\n"],
    ['class: "panel-title",\n          role: "button",\n', 'class: "panel-title",\n          role: "button",\n          tabindex: "0",\n          onKeydown: (event) => { if (event.key === "Enter") AA.value = !AA.value; },\n'],
    ['class: "button-menu",', 'class: "button-menu",\n            "aria-label": globalThis.cauNoiForm.say("What to do with this item"),'],
    // What it opened is watched, what was begun earlier goes on, and a second "Send" sends the same.
    [
      "(async () => gA.value = await loadFormState(nA.formXml, {\n      form: uA,\n      editInstance: nA.editInstance ?? null,\n      preloadProperties: nA.preloadProperties,\n      trackDevice: nA.trackDevice\n    }))();",
      "loadFormState(nA.formXml, {\n      form: uA,\n      editInstance: nA.editInstance ?? null,\n      preloadProperties: nA.preloadProperties,\n      trackDevice: nA.trackDevice\n    }).then((state) => gA.value = globalThis.cauNoiForm.opened(state));",
    ],
    ["const rA = resolvableFormInstanceInput(tA.editInstance), oA = await AA.editInstance(rA, nA);", "const { begun } = tA.editInstance, oA = begun ? await AA.restoreInstance({ data: [begun] }, nA) : await AA.editInstance(resolvableFormInstanceInput(tA.editInstance), nA);"],
    ['const SA = await QA.root.prepareInstancePayload({\n          payloadType: "monolithic"\n        })', 'const SA = await globalThis.cauNoiForm.payload(() => QA.root.prepareInstancePayload({\n          payloadType: "monolithic"\n        }))'],
    // Sound, films and documents, of which upstream says that they are to come.
    [
      'createElementBlock("p", null, "🚧 Support for non-image uploads is pending. 🚧")',
      'createElementBlock("div", null, [createVNode(ControlText, { question: eA.question }, null, 8, ["question"]), createElementVNode("input", { type: "file", class: "form-control", id: eA.question.nodeId + "_file", accept: eA.question.nodeOptions?.media?.accept, disabled: eA.question.currentState.readonly, "aria-label": eA.question.currentState.label?.asString, onChange: (event) => eA.question.setValue(event.target.files[0] ?? null) }, null, 40, ["id", "accept", "disabled", "aria-label"])])',
    ],
  ],
  "dist/MapBlock-": [
    ["`${d} points saved`", "globalThis.cauNoiForm.saved(d)"],
    ["[`Longitude: ${h}`, `Latitude: ${u}`]", '[globalThis.cauNoiForm.corner("Longitude", h), globalThis.cauNoiForm.corner("Latitude", u)]'],
    ["`Altitude: ${d} m`", 'globalThis.cauNoiForm.corner("Altitude", `${d} m`)'],
    ["`Accuracy: ${ld(", 'globalThis.cauNoiForm.corner("Accuracy", ld('],
    ["(f, { decimals: 3 })}`)", "(f, { decimals: 3 })))"],
    // No map of strangers: they would learn where a child lives. The place stands on a blank one.
    ['"https://tile.openstreetmap.org/{z}/{x}/{y}.png"', '"data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="'],
    [`'&#169; <a href="https://www.openstreetmap.org/copyright" target="_blank">OpenStreetMap</a> contributors.'`, '""'],
  ],
};

export function mendWebForms() {
  const missing = new Set(SAID.map(([found]) => found));
  return {
    name: "mend-web-forms",
    transform(code, id) {
      if (!id.includes("@getodk/web-forms/dist/") || !id.endsWith(".js")) return null;
      let mended = code;
      for (const [part, places] of Object.entries(MENDED)) {
        if (!id.includes(part)) continue;
        for (const [found, instead, times = 1] of places) {
          const parts = mended.split(found);
          if (parts.length !== times + 1) this.error(`ODK Web Forms is not what is mended here: ${found}`);
          mended = parts.join(instead);
        }
      }
      for (const [found, instead] of SAID) {
        // Not where it is a key or compared: those places have no space or bracket before them.
        const parts = mended.split(new RegExp(`(?<=[,:(?] ?|[^=!]= )${found.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?=[,;\\n })])`));
        if (parts.length > 1) missing.delete(found);
        mended = parts.join(instead);
      }
      return { code: mended, map: null };
    },
    buildEnd(error) {
      if (!error && missing.size) this.error(`ODK Web Forms no longer says ${[...missing].join(", ")}`);
    },
  };
}

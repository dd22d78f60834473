// What is mended in ODK Web Forms while it is built. Its code is one known version (the lock file
// says which), so that plain text finds the places; one that is not found fails the build.
import { VIETNAMESE } from "./src/fill_words.js";

const say = (literal) => `globalThis.cauNoiForm.say(${literal})`;

// Sentences that stand in templates whole.
const SAID = Object.keys(VIETNAMESE).map((english) => {
  const literal = JSON.stringify(english);
  return [literal, say(literal)];
});

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
    // Sound, films and documents, of which upstream says that they are to come.
    [
      'createElementBlock("p", null, "🚧 Support for non-image uploads is pending. 🚧")',
      'createElementBlock("div", null, [createVNode(ControlText, { question: eA.question }, null, 8, ["question"]), createElementVNode("input", { type: "file", class: "form-control", id: eA.question.nodeId + "_file", accept: eA.question.nodeOptions?.media?.accept, disabled: eA.question.currentState.readonly, "aria-label": eA.question.currentState.label?.asString, onChange: (event) => eA.question.setValue(event.target.files[0] ?? null) }, null, 40, ["id", "accept", "disabled", "aria-label"])])',
    ],
  ],
  "dist/MapBlock-": [
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
        for (const [found, instead] of places) {
          if (mended.split(found).length !== 2) this.error(`ODK Web Forms is not what is mended here: ${found}`);
          mended = mended.replace(found, () => instead);
        }
      }
      for (const [found, instead] of SAID) {
        // Not where it is a key or compared: those places have no space or bracket before them.
        const parts = mended.split(new RegExp(`(?<=[,:(] ?)${found.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?=[,\\n })])`));
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

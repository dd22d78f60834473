// "Begun in this browser and not sent": what a person may go on with before the form is opened.

/** What the person goes on with; null for the form as it is. */
export async function choose(keeper, facts) {
  const found = await keeper.list();
  if (!found.length) return null;
  const section = document.getElementById("fill-begun");
  const box = document.getElementById("fill");
  section.hidden = false;
  box.hidden = true;
  const chosen = await new Promise((choice) => {
    document.getElementById("fill-afresh").addEventListener("click", () => choice(null));
    const list = section.querySelector("ul");
    const rows = found.map((each) => row(section.querySelector("template"), each, facts));
    list.replaceChildren(...rows);
    rows.forEach((shown, place) => {
      const [goOn, throwAway] = shown.querySelectorAll("button");
      goOn.addEventListener("click", () => choice(found[place].id));
      throwAway.addEventListener("click", async () => {
        await keeper.drop(found[place].id);
        shown.remove();
        if (!list.children.length) choice(null);
      });
    });
  });
  section.hidden = true;
  box.hidden = false;
  return chosen && keeper.take(chosen);
}

function row(template, each, facts) {
  const shown = template.content.cloneNode(true).firstElementChild;
  const when = each.at.toLocaleString(facts.locale, { dateStyle: "short", timeStyle: "short" });
  shown.querySelector("span").textContent = each.name ? `${each.name}, ${when}` : when;
  return shown;
}

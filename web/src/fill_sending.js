// Sending: nothing counts as sent until the server has said so in so many words.
import { sent } from "./fill_answers.js";

/** Not the sign-in page, to which whoever is not signed in is led with 200. */
const isData = (answer) =>
  !answer.redirected && (answer.headers.get("content-type") ?? "").startsWith("application/json");

/** The server's own sentence about a refusal; it answers with a page. */
async function refusal(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("h1")?.textContent ?? "";
}

/** What the form calls when its answers are in order. */
export function sending({ send, ready, who, words }, keeper, tell) {
  const signIn = (why) => tell(why, { signIn: true });

  async function deliver(form) {
    // A token of this moment: the session may be another one than the page was opened in.
    const first = await fetch(ready);
    if (!isData(first)) return first.redirected ? signIn(words.over) : refused(first);
    const person = await first.json();
    if (person.who !== who) return signIn(words.other);
    const answer = await fetch(send, { method: "POST", body: form, headers: { "X-CSRFToken": person.token } });
    if (answer.status !== 201 || !isData(answer)) {
      return answer.redirected ? signIn(words.over) : refused(answer);
    }
    const { href } = await answer.json();
    sent();
    await keeper.drop().catch(() => {});
    window.location.assign(href);
    return undefined;
  }

  async function refused(answer) {
    tell([await refusal(answer), answer.status >= 500 ? words.unsent : ""].join(" ").trim());
  }

  let busy = false;
  return async (payload, done) => {
    if (payload.status === "ready" && !busy) {
      busy = true;
      tell(words.sending, { late: false });
      try {
        await keeper.now(); // that this may have arrived must be known after a crash as well
        await deliver(payload.data[0]);
      } catch {
        tell(words.unsent);
      } finally {
        busy = false;
      }
    }
    done(undefined);
  };
}

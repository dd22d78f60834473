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

  /** By which the server takes it; nothing where the person was told why it will not. */
  async function pass() {
    // By a code nobody signs in; that it is the same form again shows by what only this page knows.
    if (!ready) return { "X-Filling": keeper.id };
    // A token of this moment: the session may be another one than the page was opened in.
    const first = await fetch(ready);
    if (!isData(first)) return void (first.redirected ? signIn(words.over) : await refused(first));
    const person = await first.json();
    return person.who === who ? { "X-CSRFToken": person.token } : void signIn(words.other);
  }

  async function deliver(form) {
    const headers = await pass();
    if (!headers) return;
    const answer = await fetch(send, { method: "POST", body: form, headers });
    if (answer.status !== 201 || !isData(answer)) {
      await (answer.redirected ? signIn(words.over) : refused(answer));
      return;
    }
    const { href } = await answer.json();
    sent();
    await (ready ? keeper.drop() : keeper.dropAll()).catch(() => {});
    // Whoever goes back finds no filled form, on a computer that others use too.
    window.location.replace(href);
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

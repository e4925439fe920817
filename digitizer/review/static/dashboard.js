// The budget curve takes a while to reckon in a large store; the rest of the dashboard does not wait for it.
import { note } from "./common.js";

export async function start() {
  try {
    const answer = await fetch("/dashboard/budget");
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("budget").replaceChildren(...page.body.childNodes);
  } catch (error) {
    document.getElementById("budget").replaceChildren();
    note(error.message, "bad");
  }
}

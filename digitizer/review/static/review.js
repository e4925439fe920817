// The entry: what every screen has, and then the screen's own module.
import { boot, call } from "./net.js";
import { note, onKey } from "./common.js";

const STARTS = { queue: "./queue.js", document: "./document.js", sheet: "./sheet.js", dashboard: "./dashboard.js", form: "./form.js" };

function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function dark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

setTheme(localStorage.getItem("digitizer.theme"));

if (boot) {
  const keys = document.getElementById("keys");
  const help = () => (keys.open ? keys.close() : keys.showModal());
  document.getElementById("theme").addEventListener("click", () => {
    const theme = dark() ? "light" : "dark";
    localStorage.setItem("digitizer.theme", theme);
    setTheme(theme);
  });
  document.getElementById("help").addEventListener("click", help);
  onKey((event) => {
    const free = event.target.dataset?.free !== undefined || event.target.type === "search";
    if (event.key === "F1" || (event.key === "?" && !free)) {
      event.preventDefault();
      help();
    }
  });
  document.getElementById("logout")?.addEventListener("click", async () => {
    try {
      await call("POST", "/logout");
      location.assign("/login");
    } catch (error) {
      note(error.message, "bad");
    }
  });
  const start = STARTS[document.body.dataset.screen];
  if (start) (await import(start)).start();
}

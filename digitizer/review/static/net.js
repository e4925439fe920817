// Talking with the server. Nothing here knows of screens.
const told = document.getElementById("boot");
export const boot = told ? JSON.parse(told.textContent) : null;

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// status 0: no answer came at all.
export async function call(method, path, body, patience = 20000) {
  const headers = { accept: "application/json", "x-csrf-token": boot.csrf };
  if (body !== undefined) headers["content-type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      signal: AbortSignal.timeout(patience),
    });
  } catch (error) {
    throw new ApiError(0, String(error));
  }
  if (!answer.ok) {
    const why = await answer.json().catch(() => ({}));
    throw new ApiError(answer.status, why.message || answer.statusText);
  }
  return answer.status === 204 ? null : answer.json();
}

export async function refreshToken() {
  const me = await call("GET", "/api/me");
  boot.csrf = me.csrf;
}

// One name for this window as long as it lives, reloads included.
export const tab = (() => {
  let name = sessionStorage.getItem("digitizer.tab");
  if (!name) {
    const bytes = crypto.getRandomValues(new Uint8Array(9));
    name = Array.from(bytes, (b) => b.toString(36).padStart(2, "0")).join("");
    sessionStorage.setItem("digitizer.tab", name);
  }
  return name;
})();

// Gives back what this window holds, as it closes.
export function release() {
  const headers = { "x-csrf-token": boot.csrf, "content-type": "application/json" };
  fetch("/api/release", { method: "POST", headers, body: JSON.stringify({ tab }), keepalive: true }).catch(() => null);
}

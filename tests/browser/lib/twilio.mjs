/*
 * twilio.mjs: as much of Twilio's Messages as the pages need: it accepts every text but those to the
 * numbers in `refuse`, which it refuses with their code.
 */
import { createServer } from "node:http";
import { afterAll } from "./tap.mjs";

export async function newTwilio() {
  const twilio = { sent: [], refuse: {} };
  const server = createServer((request, answer) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text) => (body += text));
    request.on("end", () => {
      const say = (status, json) => {
        answer.writeHead(status, { "Content-Type": "application/json" });
        answer.end(JSON.stringify(json));
      };
      if (request.method === "GET") {
        const sid = request.url.match(/\/(SM\w+)\.json$/)?.[1];
        const found = twilio.sent.find((message) => message.sid === sid);
        if (sid) return found ? say(200, found) : say(404, { code: 20404, message: "no", status: 404 });
        return say(200, { messages: [], next_page_uri: null });
      }
      const form = new URLSearchParams(body);
      const code = twilio.refuse[form.get("To")];
      if (code) return say(400, { code, message: "refused", status: 400 });
      const message = {
        sid: `SM${String(twilio.sent.length + 1).padStart(32, "0")}`,
        to: form.get("To"),
        body: form.get("Body"),
        status: "queued",
        error_code: null,
        date_created: new Date().toUTCString().replace("GMT", "+0000"),
      };
      twilio.sent.push(message);
      return say(201, message);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  twilio.url = `http://127.0.0.1:${server.address().port}`;
  afterAll(() => server.close());
  return twilio;
}

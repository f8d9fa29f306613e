import assert from "node:assert/strict";
import { withoutSecrets } from "../../sidecar/setup/without_secrets.ts";

const json = (text: string) => withoutSecrets(text, { isJson: true });
const ini = (text: string) => withoutSecrets(text, { isJson: false });

Deno.test("blanks what a name says is secret, and leaves every other byte", () => {
  assert.equal(
    json('{ "server_password" : "a\\"b", "n":9223372036854775807,"tokens":["x", 1], "key": "k"}'),
    '{ "server_password" : "", "n":9223372036854775807,"tokens":["", 1], "key": ""}',
  );
  assert.equal(
    ini("\uFEFF[S] ServerPassword=x\r\nServerPassword = mine\r\nServerPort=4455\r\n"),
    "\uFEFF[S] ServerPassword=\r\nServerPassword =\r\nServerPort=4455\r\n",
  );
});

Deno.test("leaves hotkeys and paths", () => {
  const text = '{"hotkeys":{"a":[{"key":"OBS_KEY_F1"}]},"path":"C:/lua/x.lua","name":"a?b#c"}';
  assert.equal(json(text), text);
});

Deno.test("keeps of an address the scheme and the host", () => {
  assert.equal(
    json(
      '{"url":"https://u:p@host:8080/a/TOKEN?t=1#x","input":"rtmp://h/app/live_1_k","u":"http://h"}',
    ),
    '{"url":"https://host:8080/…","input":"rtmp://h/…","u":"http://h"}',
  );
  assert.equal(json('{"url":"streamlabs.com/alert-box/v3/TOKEN"}'), '{"url":"streamlabs.com/…"}');
});

Deno.test("finds them in the list of docks, in JSON within JSON, and in what is no JSON", () => {
  assert.equal(
    ini(
      'ExtraBrowserDocks=[{"title":"a\\\\"b","url":"https://x/?t=\\\\"\\\\u0026T","uuid":"1"}]\n',
    ),
    'ExtraBrowserDocks=[{"title":"a\\\\"b","url":"https://x/…","uuid":"1"}]\n',
  );
  assert.equal(
    json(JSON.stringify({ s: JSON.stringify({ password: "x", url: 'https://x/"' }) })),
    JSON.stringify({ s: JSON.stringify({ password: "", url: "https://x/…" }) }),
  );
  assert.equal(
    ini('ExtraBrowserDocks=[{"url":"https://x/?T\n'),
    'ExtraBrowserDocks=[{"url":"https://x/…\n',
  );
});

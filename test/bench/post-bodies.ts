/** Posts the bodies of a file, a JSON text a line, to a context broker: one after another over one connection, with nothing else to do. */
import { readFileSync } from 'node:fs';
import { openHttp } from '../../gateway/net/http.ts';

const [, , url = '', file = ''] = process.argv;
const http = openHttp();
const headers = { 'content-type': 'application/json', 'fiware-service': 'bench', 'fiware-servicepath': '/' };
for (const line of readFileSync(file, 'utf8').split('\n')) {
  const body = JSON.parse(line);
  await http.ask(
    { method: 'POST', url: `${url}/v2/op/update`, headers, body, withinMs: 60_000 },
    new AbortController().signal,
  );
}
http.close();

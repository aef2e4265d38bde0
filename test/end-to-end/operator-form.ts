/** What an operator hands in at a hub, with the key that it made by `operator keys`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `keys`: the folder of its keys. `pattern`: settings of its one pattern. */
export function operatorForm(id: string, keys: string, pattern: string, retention = '72h'): string {
  return `id = "${id}"
name = { en = "${id}", ja = "${id}" }
purpose = { en = "Finding people who are lost", ja = "行方不明者の捜索" }
retention = "${retention}"
public-key = "${readFileSync(join(keys, 'operator.pub'), 'utf8').trim()}"
[[pattern]]
${pattern}
`;
}

/** `machimori operator keys`: an operator's own key pair, made at its side and never at the hub. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { publicKeyOf } from '../destinations/tags/operator-key.ts';
import { changing } from '../machine/folder-lock.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { type Called, UsageError } from './verb.ts';
import type { operatorKeysUsage } from './verbs/operator.ts';
import { say } from './words/operator.ts';

export async function makeOperatorKeys({ args, terminal }: Called<typeof operatorKeysUsage>): Promise<number> {
  const [file, publicFile] = [join(args.folder, 'operator.key'), join(args.folder, 'operator.pub')];
  const key = changing(args.folder, () => {
    if (existsSync(file)) throw new UsageError(say.keyIsThere({ file }));
    const { privateKey } = generateKeyPairSync('x25519');
    const publicKey = publicKeyOf(privateKey);
    replaceFile(file, Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }))); // mode 0600
    replaceFile(publicFile, Buffer.from(`${publicKey}\n`));
    return publicKey;
  });
  terminal.print(say.keysMade({ file }));
  terminal.print(say.handIn({ key }));
  return 0;
}

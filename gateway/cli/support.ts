/** Writes a support bundle: how the box is, without what is secret or personal. */
import { join } from 'node:path';
import { MachimoriError } from '../../shared/errors.ts';
import { isoTime } from '../../shared/reading.ts';
import { lineOf } from '../doctor/finding.ts';
import { readVersion } from '../machine/release.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { supportBundle } from '../support/bundle.ts';
import { secretsOf } from '../support/secrets.ts';
import { examined, statusOf } from './doctor.ts';
import { loadConfig } from './input.ts';
import { logLines } from './log-lines.ts';
import type { Called } from './verb.ts';
import { INSTALLED_CONFIG } from './verbs/gateway.ts';
import type { supportUsage } from './verbs/log.ts';
import { say } from './words/log.ts';

const maxLogLines = 2_000;

export async function support({ args, options, terminal }: Called<typeof supportUsage>): Promise<number> {
  const config = loadConfig(args.config ?? INSTALLED_CONFIG, terminal);
  if (config === undefined) return 1;
  const status = await statusOf(config);
  const findings: string[] = [];
  for await (const each of examined(config, status, options.offline)) {
    findings.push(...each.map((finding) => lineOf(finding)[terminal.language]));
  }
  const { id, tenant } = config.gateway;
  const at = isoTime(Date.now());
  const bundle = supportBundle({
    title: `machimori ${readVersion()}, ${tenant}/${id}, ${at}, Node.js ${process.versions.node}, ${process.platform} ${process.arch}`,
    findings,
    status,
    written: config.written,
    logLines: await lastLines(options.log),
    secrets: secretsOf(config),
  });
  const file = options.out ?? join('.', `machimori-support-${id}-${at.slice(0, 16).replace(':', '')}.txt`);
  replaceFile(file, Buffer.from(bundle));
  terminal.print(say.written({ file }));
  return 0;
}

/** Without a log there is a bundle all the same. */
async function lastLines(file: string | undefined): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    for await (const line of logLines({ file, last: maxLogLines })) {
      lines.push(line);
      if (lines.length > maxLogLines) lines.shift();
    }
  } catch (fault) {
    if (!(fault instanceof MachimoriError)) throw fault;
    lines.push(fault.message);
  }
  return lines;
}

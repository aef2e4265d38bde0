/**
 * The order `support`: a support bundle is made of what this process knows, and attached to the result.
 *
 * Promise: as support/bundle.ts, nothing secret or personal is in it. No other program is started: who sets the clock is told only if the system's
 * files tell it. Bound: `maxAttachmentBytes`, compressed (support/compressed-bundle.ts). Cut off in between, it is made anew.
 */
import { toBase64url } from '../shared/enrolment/base64url.ts';
import { maxAttachmentBytes } from '../shared/orders/result.ts';
import { isoTime } from '../shared/reading.ts';
import type { Act, Acted } from './commands/orders.ts';
import type { Config } from './config/settings.ts';
import { examineHere } from './doctor/examine.ts';
import { lineOf } from './doctor/finding.ts';
import type { StatusSources } from './status/sources.ts';
import { readStatus } from './status/status.ts';
import { compressedBundle } from './support/compressed-bundle.ts';
import { secretsOf } from './support/secrets.ts';

export interface SupportSurroundings {
  /** What the gateway runs with now. */
  config(): Config;
  sources(): StatusSources;
  /** The oldest first. */
  logLines(): readonly string[];
  readonly version: string;
  /** Node.js, the system, the processor. */
  readonly runtime: { readonly node: string; readonly platform: string; readonly arch: string };
}

export function supportAct(around: SupportSurroundings): Act {
  return { run: () => bundleOf(around), resume: () => bundleOf(around) };
}

async function bundleOf({ config: running, sources, logLines, version, runtime }: SupportSurroundings): Promise<Acted> {
  const config = running();
  const { clock } = sources();
  const now = clock.moment().wall;
  const status = readStatus(sources());
  const { node, platform, arch } = runtime;
  const findings: string[] = [];
  for await (const each of examineHere(config, status, { version, node, now, runProgram: async () => undefined })) {
    findings.push(...each.map((finding) => lineOf(finding).en));
  }
  const { tenant, id } = config.gateway;
  const { bytes, ...about } = await compressedBundle(
    {
      title: `machimori ${version}, ${tenant}/${id}, ${isoTime(now)}, Node.js ${node}, ${platform} ${arch}`,
      ...{ findings, status, written: config.written, logLines: logLines(), secrets: secretsOf(config) },
    },
    maxAttachmentBytes,
  );
  return { outcome: 'done', details: { bytes: bytes.length, ...about }, attachment: toBase64url(bytes) };
}

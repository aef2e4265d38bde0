/** What each platform lets an app hear, said honestly. */
import type { Language } from '../../../shared/text.ts';
import type { Platform } from './platform.ts';
import { say } from './words.ts';

const HERE = { shell: say.hereShell, scan: say.hereScan, watch: say.hereWatch, none: say.hereNone };
const ALL = [
  [say.androidApp, say.androidAppBody],
  [say.iphoneApp, say.iphoneAppBody],
  [say.chrome, say.chromeBody],
  [say.safari, say.safariBody],
] as const;

export function Platforms({ language, here }: { readonly language: Language; readonly here: Platform['kind'] }) {
  return (
    <>
      <p>
        <a href="#main">← {say.back()[language]}</a>
      </p>
      <h1 tabIndex={-1}>{say.platforms()[language]}</h1>
      <p class="lead">{say.platformsLead()[language]}</p>
      <section class="card">
        <h2>{say.here()[language]}</h2>
        <p>{HERE[here]()[language]}</p>
      </section>
      {ALL.map(([name, body]) => (
        <section key={name().code}>
          <h2>{name()[language]}</h2>
          <p>{body()[language]}</p>
        </section>
      ))}
    </>
  );
}

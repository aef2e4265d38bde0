/** When a closed connection is tried again. */
import type { Status } from '../../../status/status.ts';
import { spanText } from '../format.ts';
import { useLanguage, useSignedIn, useTicking } from '../surroundings.tsx';
import { say } from '../words.ts';

export function NextAttempt({ retry }: { readonly retry: Status['ports'][string]['retry'] }) {
  const language = useLanguage();
  const { live } = useSignedIn();
  const said = useTicking(() => {
    if (retry === undefined) return say.triedNow()[language];
    const at: number | null = retry.at; // in JSON a moment that never comes is null
    if (at === null) return say.awaited()[language];
    if (retry.isSteady) return say.triedSteadily()[language];
    const inMs = at - Date.now() - live.aheadMs;
    return (inMs < 1_000 ? say.triedNow() : say.triedIn({ span: spanText(inMs) }))[language];
  });
  return <span class="next">{said}</span>;
}

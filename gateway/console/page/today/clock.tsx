/** Whether the gateway's clock is set, what it shows, and how far it is from this device's. */
import { clockText, spanText } from '../format.ts';
import { Ago, Fact } from '../parts.tsx';
import { useLanguage, useLive, useSignedIn, useTicking } from '../surroundings.tsx';
import { say } from '../words.ts';

export function Clock() {
  const language = useLanguage();
  const { live } = useSignedIn();
  const isSet = useLive(({ status }) => status?.clockSynchronised);
  const startedAt = useLive(({ status }) => Date.parse(status?.startedAt ?? ''));
  const aheadMs = useLive((now) => now.aheadMs);
  const time = useTicking(() => clockText(live.now));
  if (isSet === undefined) return null;
  const apart = { span: spanText(Math.abs(aheadMs)) };
  return (
    <section aria-labelledby="clock">
      <h2 id="clock">{say.clock()[language]}</h2>
      <div class={isSet ? 'card' : 'card trouble'}>
        <p class="states">
          <span class={`badge ${isSet ? 'open' : 'closed'}`}>
            <span aria-hidden="true">{isSet ? '● ' : '✕ '}</span>
            {(isSet ? say.clockSet : say.clockNotSet)()[language]}
          </span>
        </p>
        {!isSet && <p class="why">{say.clockNotSetHint()[language]}</p>}
        {aheadMs !== 0 && <p class="why">{(aheadMs > 0 ? say.ahead(apart) : say.behind(apart))[language]}</p>}
        <dl class="facts">
          <Fact name={say.gatewayTime()}>{time}</Fact>
          {!Number.isNaN(startedAt) && (
            <Fact name={say.started()}>
              <Ago at={startedAt} />
            </Fact>
          )}
        </dl>
      </div>
    </section>
  );
}

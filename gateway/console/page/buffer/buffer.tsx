/** What waits on the disk for each destination, what will never come, and what was refused. */
import { bytesText, numberText, spanText } from '../format.ts';
import { fileMoment, offer } from '../offer.ts';
import { Done, Fact, Title, Trouble, useDoing } from '../parts.tsx';
import { useLanguage, useLive, useSignedIn } from '../surroundings.tsx';
import { Used } from '../today/links.tsx';
import { say } from '../words.ts';
import { Gaps } from './gaps.tsx';
import { Refused } from './refused.tsx';
import { say as own } from './words.ts';

export function Buffer() {
  const language = useLanguage();
  const buffer = useLive(({ status }) => status?.buffer);
  if (buffer === undefined) {
    return (
      <>
        <Title>{say.buffer()[language]}</Title>
        <p>{say.opening()[language]}</p>
      </>
    );
  }
  const { file, open, held, dropped, fault, isDiskShort, outboxes } = buffer;
  return (
    <>
      <Title>{say.buffer()[language]}</Title>
      <section class={fault === '' ? 'card' : 'card trouble'}>
        <Used />
        {isDiskShort && <p class="why">{own.diskShort()[language]}</p>}
        {fault !== '' && <p class="why">{say.cannotWrite({ why: fault })[language]}</p>}
        <dl class="facts">
          <Fact name={say.openReadings()}>{numberText(open)}</Fact>
          <Fact name={say.held()}>{numberText(held)}</Fact>
          <Fact name={say.dropped()}>{numberText(dropped)}</Fact>
          <Fact name={say.file()}>
            <code>{file}</code>
          </Fact>
        </dl>
      </section>
      <section aria-labelledby="outboxes">
        <h2 id="outboxes">{say.outboxes()[language]}</h2>
        <ul class="cards">
          {Object.keys(outboxes).map((name) => (
            <Outbox key={name} name={name} />
          ))}
        </ul>
      </section>
      <Gaps count={Object.values(outboxes).reduce((sum, { gaps }) => sum + gaps, 0)} />
      <Refused count={Object.values(outboxes).reduce((sum, { refused }) => sum + refused, 0)} />
    </>
  );
}

function Outbox({ name }: { readonly name: string }) {
  const language = useLanguage();
  const outbox = useLive(({ status }) => status?.buffer.outboxes[name]);
  const oldestMs = useLive(({ status }) => status?.destinations[name]?.oldestWaitingMs);
  if (outbox === undefined) return null;
  const { waiting, inFlight, gaps, refused, sealed, epoch, ofOthers } = outbox;
  return (
    <li class="card">
      <h3>{name}</h3>
      <table class="lanes">
        <thead>
          <tr>
            <th scope="col">{say.lane()[language]}</th>
            <th scope="col">{say.waitingBatches()[language]}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{say.urgent()[language]}</th>
            <td>{numberText(waiting.urgent)}</td>
          </tr>
          <tr>
            <th scope="row">{say.routine()[language]}</th>
            <td>{numberText(waiting.routine)}</td>
          </tr>
        </tbody>
      </table>
      <dl class="facts">
        <Fact name={say.oldest()}>
          {oldestMs === undefined ? say.nothingWaits()[language] : spanText(oldestMs)[language]}
        </Fact>
        <Fact name={say.inFlight()}>{numberText(inFlight)}</Fact>
        <Fact name={say.gaps()}>{numberText(gaps)}</Fact>
        <Fact name={say.refused()}>{numberText(refused)}</Fact>
        <Fact name={say.sealed()}>{numberText(sealed)}</Fact>
        <Fact name={say.epoch()}>
          <code>{epoch}</code>
        </Fact>
        {Object.entries(ofOthers).map(([gateway, count]) => (
          <Fact key={gateway} name={say.ofOthers({ gateway })}>
            {numberText(count)}
          </Fact>
        ))}
      </dl>
      <Export destination={name} />
    </li>
  );
}

/** Everything that waits for a destination, as a file that `machimori import` brings to the city OS. */
function Export({ destination }: { readonly destination: string }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { isBusy, trouble, done, act } = useDoing();
  if (!door.mayChange) return null;
  const save = () =>
    act(async () => {
      const file = await (await door.ask('export', { destination })).blob();
      const { gateway } = door.session;
      offer(file, `${gateway}-${destination}-${fileMoment()}.parcel`);
      return say.exported({ bytes: bytesText(file.size) });
    });
  return (
    <>
      <button type="button" disabled={isBusy} onClick={save}>
        {(isBusy ? say.exporting : say.exportIt)()[language]}
      </button>
      <p class="small">{say.exportNote()[language]}</p>
      <Trouble text={trouble} />
      <Done text={done} />
    </>
  );
}

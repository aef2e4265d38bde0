/** Numbers that were dropped here and that the city OS has not acknowledged yet. */
import type { Text } from '../../../../shared/text.ts';
import type { WaitingGap } from '../../../control/gap-actions.ts';
import { numberText } from '../format.ts';
import { Trouble, useAnswer } from '../parts.tsx';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { say as sayPage } from '../words.ts';
import { say } from './words.ts';

/** More are counted. */
const maxShown = 200;

const REASONS: Readonly<Record<WaitingGap['reason'], () => Text>> = {
  quota: say.quota,
  'disk-full': say.diskFull,
  damaged: say.damaged,
  operator: say.operator,
  expired: say.expired,
  erased: say.erased,
};

export function Gaps({ count }: { readonly count: number }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { answer: gaps = [], trouble } = useAnswer(() => door.lines<WaitingGap>('list-gaps', {}, maxShown), count);
  return (
    <section aria-labelledby="gaps">
      <h2 id="gaps">
        {say.gaps()[language]} <span class="count">{numberText(count)}</span>
      </h2>
      <Trouble text={trouble} />
      {gaps.length === 0 ? (
        trouble === undefined && <p>{say.noGaps()[language]}</p>
      ) : (
        <>
          <p>{say.gapsNote()[language]}</p>
          <ul class="cards">
            {gaps.map(({ destination, epoch, number, last, count: readings, reason }) => (
              <li key={`${destination} ${epoch} ${number}`} class="card">
                <h3>{destination}</h3>
                <table>
                  <tbody>
                    <Row name={say.numbers()}>
                      {number === last ? numberText(number) : say.fromTo({ first: number, last })[language]}
                    </Row>
                    <Row name={sayPage.readings()}>{numberText(readings)}</Row>
                    <Row name={say.reason()}>{REASONS[reason]()[language]}</Row>
                  </tbody>
                </table>
              </li>
            ))}
          </ul>
        </>
      )}
      {count > gaps.length && gaps.length === maxShown && (
        <p>{sayPage.andMore({ count: count - gaps.length })[language]}</p>
      )}
    </section>
  );
}

function Row({ name, children }: { readonly name: Text; readonly children: string }) {
  const language = useLanguage();
  return (
    <tr>
      <th scope="row">{name[language]}</th>
      <td>{children}</td>
    </tr>
  );
}

/** A test of a device that is there already. */
import { Title } from '../parts.tsx';
import { hrefOf } from '../route.ts';
import { useLanguage, useLive, useSignedIn } from '../surroundings.tsx';
import { say as page } from '../words.ts';
import { say as sheet } from './sheet-words.ts';
import { TestPanel } from './test-panel.tsx';
import { say } from './test-words.ts';
import { say as commission } from './words.ts';
import './commission.css';

export function TestPage({ about }: { readonly about: string }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const isThere = useLive(({ status }) => (status === undefined ? undefined : status.devices[about] !== undefined));
  return (
    <>
      <p>
        <a class="touch" href={hrefOf({ page: 'device', about })}>
          ← {sheet.toDevice()[language]}
        </a>
      </p>
      <Title>{say.testOf({ device: about })[language]}</Title>
      {!door.mayChange ? (
        <p>{commission.techniciansOnly()[language]}</p>
      ) : isThere === false ? (
        <p>{page.noDevice()[language]}</p>
      ) : (
        <TestPanel device={about} />
      )}
    </>
  );
}

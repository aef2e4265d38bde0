/** How it is here and now: what is wrong on top, then devices, ports, the way onward, and the clock. */
import { Title } from '../parts.tsx';
import { useLanguage } from '../surroundings.tsx';
import { say } from '../words.ts';
import { Clock } from './clock.tsx';
import { Devices } from './devices.tsx';
import { BufferCard, Links } from './links.tsx';
import { Ports } from './ports.tsx';
import { Verdict } from './verdict.tsx';

export function Today() {
  const language = useLanguage();
  return (
    <>
      <Title>{say.today()[language]}</Title>
      <Verdict />
      <Devices />
      <Ports />
      <Links />
      <div class="pair">
        <BufferCard />
        <Clock />
      </div>
    </>
  );
}

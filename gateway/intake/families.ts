/**
 * The devices of all families (device-family.ts): who has been met, and who is met now.
 *
 * Promise: whoever has been met is a device like any other, listed, watched for silence, and known again after a restart; when each was
 * last heard is remembered, to the day. One that has not been heard for its family's `forget-after` is forgotten when the gateway starts or
 * meets another. Two topics never are one device: where several levels are "+", "a-b/c" and "a/b-c" would have one name, and the second is
 * turned away. Bounds: `max-devices` of each family; whoever comes beyond that is turned away.
 */
import type { Clock, Moment } from '../../shared/clock.ts';
import type { Text } from '../../shared/text.ts';
import { isFamily, isOfFamily, memberWith } from '../config/device-family.ts';
import type { DeviceConfig } from '../config/settings.ts';
import { shownTopic } from '../net/broker/topics.ts';
import type { Activity } from './activity.ts';
import type { DeviceTable } from './device-table.ts';
import type { Intake } from './intake.ts';
import { FORGOTTEN, type Memory } from './memory.ts';
import { say } from './words.ts';

const DAY = 86_400_000;

interface FamiliesOptions {
  readonly devices: readonly DeviceConfig[];
  readonly table: DeviceTable;
  readonly intake: Intake;
  readonly activity: Activity;
  readonly clock: Clock;
}

export class Families {
  readonly #options: FamiliesOptions;
  #families: readonly DeviceConfig[] = [];
  /** By family and name; undefined if it was met under a topic that the family no longer has, until it comes. */
  readonly #members = new Map<string, Map<string, DeviceConfig | undefined>>();

  constructor(options: FamiliesOptions) {
    this.#options = options;
    this.#takeUp(options.devices.filter(isFamily));
  }

  /** The families of another configuration on these ports, in the place of those that were there. */
  configure(devices: readonly DeviceConfig[], ports: ReadonlySet<string>): void {
    const gone = this.#families.filter(({ port }) => ports.has(port));
    for (const { id } of gone) this.#members.delete(id);
    this.#families = this.#families.filter((family) => !gone.includes(family));
    this.#takeUp(devices.filter((device) => isFamily(device) && ports.has(device.port)));
  }

  /** The filters of the families on a port. */
  topicsOn(port: string): readonly string[] {
    return this.#families.flatMap((family) => (family.port === port ? (family.topic ?? []) : []));
  }

  /** The device with this topic on the port, always the same: why it is turned away, or undefined if no family takes it. */
  meet(port: string, topic: string): DeviceConfig | Text | undefined {
    for (const family of this.#families) {
      const member = family.port === port ? memberWith(topic, family) : undefined;
      if (member === undefined) continue;
      return member === 'unnamable' ? say.unnamable({ topic: shownTopic(topic) }) : this.#admit(member, family);
    }
    return undefined;
  }

  /** A device was heard. */
  heard({ id, topic }: Pick<DeviceConfig, 'id' | 'topic'>, at: Moment): void {
    const known = this.#options.intake.memoryOf(id);
    const isOld = known?.metAt === undefined || (at.synchronised && at.wall - known.metAt >= DAY);
    if (isOld || known.topic !== topic) this.#remember(id, { metAt: at.wall, topic }, at);
  }

  #takeUp(families: readonly DeviceConfig[]): void {
    const { intake, clock } = this.#options;
    this.#families = [...this.#families, ...families];
    for (const { id } of families) this.#members.set(id, new Map());
    for (const id of intake.metDevices()) {
      const family = families.find((each) => isOfFamily(id, each));
      if (family !== undefined) this.#add(id, memberCalled(id, intake.memoryOf(id)?.topic, family), family);
    }
    this.#forgetOld(clock.moment());
    this.#list();
  }

  #admit(member: DeviceConfig, family: DeviceConfig): DeviceConfig | Text {
    const members = this.#members.get(family.id);
    const known = members?.get(member.id);
    if (known !== undefined) return known.topic === member.topic ? known : sayNameTaken(known);
    if (!members?.has(member.id)) {
      this.#forgetOld(this.#options.clock.moment());
      if (members === undefined || members.size >= family.maxDevices) {
        return say.familyFull({ family: family.id, max: family.maxDevices });
      }
    }
    this.#add(member.id, member, family);
    this.#list();
    return member;
  }

  #add(id: string, member: DeviceConfig | undefined, { id: family, type, port }: DeviceConfig): void {
    const { activity } = this.#options;
    this.#members.get(family)?.set(id, member);
    if (!activity.devices.has(id)) activity.addDevice(id, type, port);
  }

  /** While the clock is not set, nobody is old. */
  #forgetOld(at: Moment): void {
    const { intake, activity } = this.#options;
    if (!at.synchronised) return;
    for (const { id: family, forgetAfterMs } of this.#families) {
      const members = this.#members.get(family) ?? new Map();
      for (const id of members.keys()) {
        const { metAt = at.wall } = intake.memoryOf(id) ?? {};
        if (at.wall - metAt < forgetAfterMs) continue;
        members.delete(id);
        activity.devices.delete(id);
        this.#remember(id, FORGOTTEN, at);
      }
    }
  }

  #list(): void {
    this.#options.table.setMet([...this.#members.values()].flatMap((members) => [...members.keys()]));
  }

  #remember(id: string, change: Partial<Memory>, at: Moment): void {
    void this.#options.intake.tell([], new Map([[id, change]]), at).catch(() => {}); // the intake has logged it; tomorrow it is tried again
  }
}

/** The member as it was met, if its family still has its topic. */
function memberCalled(id: string, topic: string | undefined, family: DeviceConfig): DeviceConfig | undefined {
  const member = topic === undefined ? undefined : memberWith(topic, family);
  return member !== undefined && member !== 'unnamable' && member.id === id ? member : undefined;
}

function sayNameTaken({ id, topic = '' }: DeviceConfig): Text {
  return say.memberTaken({ id, topic: shownTopic(topic) });
}

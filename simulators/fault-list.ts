/** Everything that can be wrong with simulated things: the faults of each simulator, with their meanings. */
import type { Text } from '../shared/text.ts';
import { CITY_OS_FAULTS } from './city-os/city-os-faults.ts';
import type { FaultKind } from './fault-board.ts';
import { FIELD_BROKER_FAULTS } from './field-broker/field-broker.ts';
import { LINK_FAULTS } from './link/link.ts';
import { FORWARDER_FAULTS, LORAWAN_CITY_FAULTS, STATION_FAULTS } from './lorawan/lorawan-faults.ts';
import { ORION_FAULTS } from './orion/orion-faults.ts';
import { AT_MODEM_FAULTS } from './sensors/at-modem.ts';
import { BEACON_BOX_FAULTS } from './sensors/beacon-box.ts';
import { DETECTOR_FAULTS } from './sensors/beacon-detector.ts';
import { E220_FAULTS } from './sensors/e220.ts';
import { GPS_FAULTS } from './sensors/gps.ts';
import { LINE_SENSOR_FAULTS } from './sensors/line-sensor.ts';
import { RYLR_FAULTS } from './sensors/lora-modem.ts';
import { MAXBOTIX_FAULTS } from './sensors/maxbotix.ts';
import { COUNTER_UNIT_FAULTS, KELLER_FAULTS } from './sensors/modbus-units.ts';
import { MQTT_SENSOR_FAULTS } from './sensors/mqtt-sensor.ts';
import { PEOPLE_COUNTER_FAULTS } from './sensors/people-counter.ts';
import { WEB_SOURCE_FAULTS } from './web-source/web-faults.ts';
import { DIAL_IN_FAULTS } from './wires/dial-in-wire.ts';
import { WIRE_FAULTS } from './wires/wire-faults.ts';
import { say } from './words.ts';

export interface FaultList {
  readonly of: Text;
  readonly kinds: readonly FaultKind[];
}

export const FAULT_LISTS: readonly FaultList[] = [
  { of: say.ofWire(), kinds: WIRE_FAULTS },
  { of: say.ofDialIn(), kinds: DIAL_IN_FAULTS },
  { of: say.ofGps(), kinds: GPS_FAULTS },
  { of: say.ofMaxbotix(), kinds: MAXBOTIX_FAULTS },
  { of: say.ofKeller(), kinds: KELLER_FAULTS },
  { of: say.ofCounterUnit(), kinds: COUNTER_UNIT_FAULTS },
  { of: say.ofPeopleCounter(), kinds: PEOPLE_COUNTER_FAULTS },
  { of: say.ofLineSensor(), kinds: LINE_SENSOR_FAULTS },
  { of: say.ofMqttSensor(), kinds: MQTT_SENSOR_FAULTS },
  { of: say.ofDetector(), kinds: DETECTOR_FAULTS },
  { of: say.ofBeaconBox(), kinds: BEACON_BOX_FAULTS },
  { of: say.ofRylr(), kinds: RYLR_FAULTS },
  { of: say.ofAtModem(), kinds: AT_MODEM_FAULTS },
  { of: say.ofE220(), kinds: E220_FAULTS },
  { of: say.ofLorawanCity(), kinds: LORAWAN_CITY_FAULTS },
  { of: say.ofForwarder(), kinds: FORWARDER_FAULTS },
  { of: say.ofStation(), kinds: STATION_FAULTS },
  { of: say.ofFieldBroker(), kinds: FIELD_BROKER_FAULTS },
  { of: say.ofWebSource(), kinds: WEB_SOURCE_FAULTS },
  { of: say.ofLink(), kinds: LINK_FAULTS },
  { of: say.ofCityOs(), kinds: CITY_OS_FAULTS },
  { of: say.ofOrion(), kinds: ORION_FAULTS },
];

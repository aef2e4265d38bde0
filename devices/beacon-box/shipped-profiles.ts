/**
 * The profiles that ship with `beacon-box`, written as an operator would. All are made from documentation or published messages; none
 * was tried on the box itself.
 */
export const shippedProfiles = {
  /**
   * April Brother AB BLE Gateway V4: MessagePack with packed advertisements. Its "time" counts from its start and is no time of day.
   * Source: wiki.aprbrother.com, User Guide For AB BLE Gateway V4, "Data Format".
   */
  'ab-gateway-v4': { format: 'messagepack', list: '/devices', packed: { address: 1, rssi: 7, payload: 8 } },
  /** Minew G1: a list; iBeacons come taken apart, others raw. Source: messages published by its users. */
  'minew-g1': {
    format: 'json',
    address: '/mac',
    rssi: '/rssi',
    payload: '/rawData',
    ibeacon: { uuid: '/ibeaconUuid', major: '/ibeaconMajor', minor: '/ibeaconMinor', power: '/ibeaconTxPower' },
    time: { from: '/timestamp', format: 'iso' },
  },
  /** Plat'Home OpenBlocks (FW4, FW5), PD Handler BLE. Source: docs.plathome.co.jp, data_form/ble, "Beacon". */
  openblocks: {
    format: 'json',
    address: '/deviceId',
    rssi: '/rssi',
    payload: '/data',
    time: { from: '/time', format: 'iso' },
  },
  /** Ruuvi Gateway over HTTP, or its /history. Source: docs.ruuvi.com, "Time-stamped data from Bluetooth-sensors". */
  'ruuvi-gateway': {
    format: 'json',
    list: '/data/tags',
    keyed: true,
    rssi: '/rssi',
    payload: '/data',
    time: { from: '/timestamp', format: 'epoch-s' },
  },
  /** Ruuvi Gateway over MQTT: a message for each advertisement, the sender's address in the topic alone. Source: as above. */
  'ruuvi-gateway-mqtt': {
    format: 'json',
    rssi: '/rssi',
    payload: '/data',
    time: { from: '/ts', format: 'epoch-s' },
  },
  /** OpenMQTTGateway: a message for each advertisement, taken apart. Source: docs.openmqttgateway.com, "BLE gateway". */
  openmqttgateway: {
    format: 'json',
    address: '/id',
    addressType: '/mac_type',
    rssi: '/rssi',
    manufacturerData: '/manufacturerdata',
    serviceData: '/servicedata',
    serviceUuid: '/servicedatauuid',
  },
} as const;

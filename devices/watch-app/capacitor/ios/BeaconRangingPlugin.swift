import Capacitor
import CoreLocation

/// iBeacons of known UUIDs, which CoreBluetooth hides: `start({ uuids })`, `stop()`, event `beacons` once a second.
@objc(BeaconRangingPlugin)
public class BeaconRangingPlugin: CAPPlugin, CAPBridgedPlugin, CLLocationManagerDelegate {
  public let identifier = "BeaconRangingPlugin"
  public let jsName = "BeaconRanging"
  public let pluginMethods: [CAPPluginMethod] = [
    CAPPluginMethod(name: "start", returnType: CAPPluginReturnPromise),
    CAPPluginMethod(name: "stop", returnType: CAPPluginReturnPromise),
  ]

  private var manager: CLLocationManager?
  private var constraints: [CLBeaconIdentityConstraint] = []

  @objc func start(_ call: CAPPluginCall) {
    let uuids = call.getArray("uuids", String.self) ?? []
    // A location manager calls its delegate on the thread it was made on, which needs a run loop.
    DispatchQueue.main.async {
      let manager = self.manager ?? CLLocationManager()
      self.manager = manager
      manager.delegate = self
      self.stopRanging()
      if manager.authorizationStatus == .notDetermined { manager.requestWhenInUseAuthorization() }
      self.constraints = uuids.compactMap(UUID.init(uuidString:)).map { CLBeaconIdentityConstraint(uuid: $0) }
      self.constraints.forEach(manager.startRangingBeacons(satisfying:))
      call.resolve()
    }
  }

  @objc func stop(_ call: CAPPluginCall) {
    DispatchQueue.main.async {
      self.stopRanging()
      call.resolve()
    }
  }

  private func stopRanging() {
    constraints.forEach { manager?.stopRangingBeacons(satisfying: $0) }
    constraints = []
  }

  public func locationManager(
    _ manager: CLLocationManager, didRange beacons: [CLBeacon], satisfying constraint: CLBeaconIdentityConstraint
  ) {
    guard !beacons.isEmpty else { return }
    let heard = beacons.map { beacon -> [String: Any] in
      [
        "uuid": beacon.uuid.uuidString.lowercased(), "major": beacon.major.intValue, "minor": beacon.minor.intValue,
        "rssi": beacon.rssi,
      ]
    }
    notifyListeners("beacons", data: ["beacons": heard])
  }
}

import Capacitor
import CoreLocation

/// Keeps the app running with the screen off while detection is ON, as Android's foreground service does: by location updates, which iOS
/// shows in the status bar. The places themselves are not used.
@objc(WatchServicePlugin)
public class WatchServicePlugin: CAPPlugin, CAPBridgedPlugin, CLLocationManagerDelegate {
  public let identifier = "WatchServicePlugin"
  public let jsName = "WatchService"
  public let pluginMethods: [CAPPluginMethod] = [
    CAPPluginMethod(name: "start", returnType: CAPPluginReturnPromise),
    CAPPluginMethod(name: "stop", returnType: CAPPluginReturnPromise),
  ]

  private var manager: CLLocationManager?

  @objc func start(_ call: CAPPluginCall) {
    DispatchQueue.main.async {
      let manager = self.manager ?? CLLocationManager()
      self.manager = manager
      manager.delegate = self
      manager.desiredAccuracy = kCLLocationAccuracyHundredMeters
      manager.allowsBackgroundLocationUpdates = true
      manager.showsBackgroundLocationIndicator = true
      manager.pausesLocationUpdatesAutomatically = false
      manager.startUpdatingLocation()
      call.resolve()
    }
  }

  @objc func stop(_ call: CAPPluginCall) {
    DispatchQueue.main.async {
      self.manager?.stopUpdatingLocation()
      call.resolve()
    }
  }

  public func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {}

  public func locationManager(_ manager: CLLocationManager, didFailWithError error: Error) {}
}

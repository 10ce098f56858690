// A kitchen behind the OPC UA server of node-opcua, for the tests: machines of
// OPC 30200 (commercial kitchen equipment), a boiler of no specification. It
// prints "ready ENDPOINT", keeps its certificate below the folder given, and
// takes "add NAME" and "remove NAME" on standard input, answered by "done".
import { createInterface } from 'node:readline';
import { DataType, OPCUACertificateManager, OPCUAServer, Variant, nodesets, standardUnits } from 'node-opcua';

const folder = process.argv[2];
const certificates = new OPCUACertificateManager({ automaticallyAcceptUnknownCertificate: true, rootFolder: folder });
await certificates.initialize();
const server = new OPCUAServer({
  port: 0, hostname: '127.0.0.1', resourcePath: '/kitchen', serverCertificateManager: certificates,
  nodeset_filename: [nodesets.standard, nodesets.di, nodesets.ia, nodesets.machinery, nodesets.commercialKitchenEquipment],
  userManager: { isValidUser: (user, password) => user === 'cook' && password === 'salt' },
});
await server.initialize();
const space = server.engine.addressSpace;
const own = space.getOwnNamespace();
const kitchen = space.getNamespaceIndex('http://opcfoundation.org/UA/CommercialKitchenEquipment/');
const machines = own.addFolder(space.rootFolder.objects, { browseName: 'Machines of the kitchen' });
for (const [type, browseName] of [['CoffeeMachineDeviceType', 'Barista'], ['DishWashingMachineDeviceType', 'Hood washer']]) {
  space.findObjectType(type, kitchen).instantiate({ browseName, organizedBy: machines, namespace: own });
}
const boiler = own.addObject({ organizedBy: machines, browseName: 'Boiler #1' });
const began = Date.now();
own.addAnalogDataItem({
  componentOf: boiler, browseName: 'WaterTemperature', dataType: 'Double', minimumSamplingInterval: 100,
  engineeringUnitsRange: { low: 0, high: 120 }, engineeringUnits: standardUnits.degree_celsius,
  value: { get: () => new Variant({ dataType: DataType.Double, value: 60 + 10 * Math.sin((Date.now() - began) / 1000) }) },
});
own.addVariable({ componentOf: boiler, browseName: 'BurnerOn', dataType: 'Boolean', value: { dataType: DataType.Boolean, value: true } });
const added = new Map();
await server.start();
console.log(`ready opc.tcp://127.0.0.1:${server.endpoints[0].port}/kitchen`);
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, name] = line.split(' ');
  if (verb === 'add') {
    const freezer = own.addObject({ organizedBy: machines, browseName: name });
    own.addVariable({ componentOf: freezer, browseName: 'AirTemperature', dataType: 'Double', value: { dataType: DataType.Double, value: -18.5 } });
    added.set(name, freezer);
  } else if (added.has(name)) {
    space.deleteNode(added.get(name));
    added.delete(name);
  }
  console.log('done');
}
await server.shutdown();

export { HostResourceProbe } from './lib/host-resource-probe';
export { hostOptionsSchema, type HostOptions } from './lib/host.options';
export { HOST_OPTIONS, HostModule } from './lib/host.module';

import { ServiceTokens } from '@latchkey/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccessServiceConfig } from '../config.ts';
import { SaltoAdapterClient } from './salto-adapter.client.ts';
import { SeatForecastController } from './seat-forecast.controller.ts';
import { SeatForecast } from './seat-forecast.ts';

/** The forecast of seats: windows from here, seats from the adapter. */
@Module({ controllers: [SeatForecastController] })
export class SeatsModule {
  static with(config: AccessServiceConfig): DynamicModule {
    const tokens = new ServiceTokens({
      issuer: config.SERVICE_CLIENT_ISSUER,
      clientId: config.SERVICE_CLIENT_ID,
      clientSecret: config.SERVICE_CLIENT_SECRET,
      resource: config.OIDC_AUDIENCE,
      scopes: ['connections:read'],
    });
    const adapter = new SaltoAdapterClient(config.SALTO_ADAPTER_URL, tokens);
    const forecast = {
      provide: SeatForecast,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new SeatForecast(dataSource, adapter),
    };
    return { module: SeatsModule, providers: [forecast] };
  }
}

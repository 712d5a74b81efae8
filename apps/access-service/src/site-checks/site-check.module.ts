import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Wakeups } from '../ledger/wakeups.ts';
import { SiteCheck, type SiteCheckSettings } from './site-check.ts';

/** The judgement of checks for the worker. The relay of wakeups runs in `main.ts`, and looks for rows by itself. */
@Module({})
export class SiteCheckModule {
  static forRoot(settings: SiteCheckSettings): DynamicModule {
    const siteCheck = {
      provide: SiteCheck,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new SiteCheck(dataSource, new Wakeups(() => undefined), settings),
    };
    return { module: SiteCheckModule, providers: [siteCheck], exports: [siteCheck] };
  }
}

import type { DynamicModule, ModuleMetadata, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard } from './auth.guard.ts';
import { CallerResolver } from './caller-resolver.ts';
import { TokenVerifier, type TokenVerifierOptions } from './token-verifier.ts';

export interface AuthOptions extends TokenVerifierOptions {
  /** How this service finds the person behind an account. */
  resolver: Type<CallerResolver>;
  /** What the resolver needs injected. */
  imports?: ModuleMetadata['imports'];
}

/** Makes every HTTP route of the service an OAuth 2 resource, closed unless `@Allow` or `@Public` opens it. */
export class AuthModule {
  static forRoot({ issuers, audience, resolver, imports = [] }: AuthOptions): DynamicModule {
    return {
      module: AuthModule,
      imports,
      providers: [
        { provide: TokenVerifier, useValue: new TokenVerifier({ issuers, audience }) },
        { provide: CallerResolver, useClass: resolver },
        AuthGuard,
        { provide: APP_GUARD, useExisting: AuthGuard },
      ],
      exports: [CallerResolver],
    };
  }
}

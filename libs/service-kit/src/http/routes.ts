import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { PUBLIC } from '../auth/access-rule.ts';
import { ACCESS_RULE, type AccessRule } from '../auth/access-rule.ts';
import { isNotIdempotent, isTransactional } from '../idempotency/transaction.decorator.ts';

export interface Route {
  method: string;
  /** With parameters as `:name`. */
  path: string;
  /** `BookingsController.create`, for people. */
  handlerName: string;
  rule: AccessRule | typeof PUBLIC | undefined;
  isTransactional: boolean;
  isNotIdempotent: boolean;
}

/** Every HTTP route of the application, as its controllers declare them. */
export function listRoutes(discovery: DiscoveryService, scanner: MetadataScanner): Route[] {
  return discovery.getControllers().flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const prototype = metatype.prototype as Record<string, object>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => routesOf(metatype, prototype[name], name));
  });
}

function routesOf(controller: { name: string } & object, handler: object | undefined, name: string): Route[] {
  if (handler === undefined || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
  const rule = (Reflect.getMetadata(ACCESS_RULE, handler) ??
    Reflect.getMetadata(ACCESS_RULE, controller)) as Route['rule'];
  const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
  return paths(controller).flatMap((prefix) =>
    paths(handler).map((path) => ({
      method,
      path: `/${prefix}/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1'),
      handlerName: `${controller.name}.${name}`,
      rule,
      isTransactional: isTransactional(handler),
      isNotIdempotent: isNotIdempotent(handler),
    })),
  );
}

function paths(target: object): string[] {
  return [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
}

/** Keys and values: the block pool and the rolling cache of a sequence. */
package io.sirocco.cache;

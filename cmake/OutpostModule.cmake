# One folder under src/ is one module. The helper keeps every folder's CMakeLists.txt to what is
# particular to it: its files (listed by hand), the modules it may use, its tests.
#
#   outpost_module(NAME gguf
#     SOURCES file.cpp ...          # may be empty for a header-only module
#     DEPS    base platform ...     # other modules, lower in the layering (tools/tidy checks it)
#     LIBS    Boost::json ...       # foreign libraries
#     TESTS   file_test.cpp ...)    # unit tests beside the code, one executable <name>_test
#
# The target is outpost_<name>; folders of several words use the folder's own name.

include(GoogleTest)

add_library(outpost_flags INTERFACE)
target_compile_features(outpost_flags INTERFACE cxx_std_20)
target_include_directories(outpost_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
# Contraction would let two compilers give different bits for the same source; the kernels say fma
# where they mean it.
target_compile_options(outpost_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wno-missing-field-initializers -ffp-contract=off -fno-math-errno
  -fPIE # the same for libraries and programs, so that all share one precompiled header
  # GCC 12 warns of overlaps inside std::string's operator+ that are none (GCC bugs 105329, 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict$<SEMICOLON>-Wno-stringop-overflow$<SEMICOLON>-Wno-array-bounds>
  # Files compiled as one (outpost_unity) look to GCC like headers with unnamed namespaces.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-subobject-linkage>
  $<$<BOOL:${OUTPOST_WERROR}>:-Werror>)
target_link_options(outpost_flags INTERFACE -pie)
target_compile_definitions(outpost_flags INTERFACE
  $<$<BOOL:${OUTPOST_ENGINE_ONLY}>:OUTPOST_ENGINE_ONLY>)
if(OUTPOST_SANITIZE)
  target_compile_options(outpost_flags INTERFACE
    -fsanitize=${OUTPOST_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(outpost_flags INTERFACE -fsanitize=${OUTPOST_SANITIZE})
endif()
if(OUTPOST_FUZZ AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Counters in every module, without which a fuzzer is blind to what its input reached.
  target_compile_options(outpost_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# One precompiled header for all modules: the standard library's costly headers and nothing of ours.
add_library(outpost_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cpp)
target_link_libraries(outpost_pch PRIVATE outpost_flags)
target_precompile_headers(outpost_pch PRIVATE ${PROJECT_SOURCE_DIR}/cmake/pch.h)
set_target_properties(outpost_pch PROPERTIES UNITY_BUILD OFF)

# Where the preset asks for CMAKE_UNITY_BUILD: a module's files of one folder are compiled as one, at most
# `slice` of them, so that two compilers fit into 4 GiB. Headers and what is inlined from them are most
# of the work, and are done once a slice. Names in the unnamed namespaces of one folder must therefore
# differ (tools/tidy checks it). Files with flags of their own, the kernels, are compiled apart.
function(outpost_unity target)
  set(slice 12)
  foreach(source ${ARGN})
    set(folder top)
    if(source MATCHES "^([a-z_]+)/")
      set(folder ${CMAKE_MATCH_1})
    endif()
    math(EXPR part "0${files_in_${folder}} / ${slice}")
    math(EXPR files_in_${folder} "0${files_in_${folder}} + 1")
    set(group "files_${folder}_${part}")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
endfunction()

function(outpost_module)
  cmake_parse_arguments(ARG "NO_PCH" "NAME" "SOURCES;DEPS;LIBS;TESTS;TEST_LIBS" ${ARGN})
  set(target outpost_${ARG_NAME})
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    outpost_unity(${target} ${ARG_SOURCES})
    set(scope PUBLIC)
    if(NOT ARG_NO_PCH)
      target_precompile_headers(${target} REUSE_FROM outpost_pch)
    endif()
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(${target} ${scope} outpost_flags)
  foreach(dep ${ARG_DEPS})
    target_link_libraries(${target} ${scope} outpost_${dep})
  endforeach()
  target_link_libraries(${target} ${scope} ${ARG_LIBS})
  if(ARG_TESTS AND OUTPOST_TESTS)
    outpost_test(NAME ${ARG_NAME}_test SOURCES ${ARG_TESTS} DEPS ${ARG_NAME} LIBS ${ARG_TEST_LIBS})
  endif()
endfunction()

# A test executable. LABEL fast (the default) runs in `make test-fast`; slow only in `make test`.
function(outpost_test)
  cmake_parse_arguments(ARG "" "NAME;LABEL" "SOURCES;DEPS;LIBS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL fast)
  endif()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  outpost_unity(${ARG_NAME} ${ARG_SOURCES})
  target_precompile_headers(${ARG_NAME} REUSE_FROM outpost_pch)
  target_link_libraries(${ARG_NAME} PRIVATE outpost_flags GTest::gtest GTest::gmock GTest::gtest_main ${ARG_LIBS})
  foreach(dep ${ARG_DEPS})
    target_link_libraries(${ARG_NAME} PRIVATE outpost_${dep})
  endforeach()
  target_compile_definitions(${ARG_NAME} PRIVATE OUTPOST_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${ARG_NAME} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 600)
endfunction()

# A libFuzzer target (Clang only) whose entry point is also compiled into a replayer that runs the
# committed corpus under any compiler: outpost_fuzz(NAME gguf SOURCES gguf_fuzz.cpp DEPS gguf).
function(outpost_fuzz)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  if(NOT OUTPOST_TESTS)
    return()
  endif()
  add_executable(${ARG_NAME}_replay ${ARG_SOURCES} ${PROJECT_SOURCE_DIR}/fuzz/replay_main.cpp)
  target_link_libraries(${ARG_NAME}_replay PRIVATE outpost_flags)
  foreach(dep ${ARG_DEPS})
    target_link_libraries(${ARG_NAME}_replay PRIVATE outpost_${dep})
  endforeach()
  add_test(NAME fuzz_corpus_${ARG_NAME}
    COMMAND ${ARG_NAME}_replay ${PROJECT_SOURCE_DIR}/fuzz/corpus/${ARG_NAME})
  set_tests_properties(fuzz_corpus_${ARG_NAME} PROPERTIES LABELS fast TIMEOUT 300)
  if(OUTPOST_FUZZ AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_executable(${ARG_NAME}_fuzz ${ARG_SOURCES})
    target_link_libraries(${ARG_NAME}_fuzz PRIVATE outpost_flags)
    target_link_options(${ARG_NAME}_fuzz PRIVATE -fsanitize=fuzzer)
    foreach(dep ${ARG_DEPS})
      target_link_libraries(${ARG_NAME}_fuzz PRIVATE outpost_${dep})
    endforeach()
  endif()
endfunction()
